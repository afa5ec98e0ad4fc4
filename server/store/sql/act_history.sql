-- The whole history of a dossier, for an act that takes the last one back; and up to which event messages
-- have been delivered just now (what left earlier is told of older events).
SELECT e.seq, e.kind, e.at, e.actor, e.on_behalf_of, e.agency, e.role, e.payload, e.assigned,
       (SELECT max(o.seq) FROM motcua.outbox o
         WHERE o.dossier = $1::int8 AND o.at > statement_timestamp() - interval '1 minute'
           AND o.delivered_at IS NOT NULL)
  FROM motcua.dossier_event e WHERE e.dossier = $1::int8 ORDER BY e.seq LIMIT 2001
