-- The whole history of a dossier, for an act that takes the last one back.
SELECT e.seq, e.kind, e.at, e.actor, e.on_behalf_of, e.agency, e.role, e.payload, e.assigned
  FROM motcua.dossier_event e WHERE e.dossier = $1::int8 ORDER BY e.seq LIMIT 2001
