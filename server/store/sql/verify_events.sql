-- Events of the dossiers in ($1, $2], in order.
SELECT e.dossier, e.seq, e.kind, e.at, e.actor, e.on_behalf_of, e.agency, e.role, e.payload,
       e.assigned, e.digest, e.prev_hash, e.hash
  FROM motcua.dossier_event e WHERE e.dossier > $1::int8 AND e.dossier <= $2::int8
 ORDER BY e.dossier, e.seq
