-- Messages of a kind that may be delivered now; of a dossier only the earliest, so that they arrive
-- in order.
SELECT o.id, o.dossier, o.seq, o.attempts, o.body
  FROM motcua.outbox o
 WHERE o.delivered_at IS NULL AND o.kind = $1::text AND o.next_at <= $2::timestamptz
   AND (o.dossier IS NULL
        OR NOT EXISTS (SELECT FROM motcua.outbox e
                        WHERE e.delivered_at IS NULL AND e.dossier = o.dossier AND e.kind = o.kind
                          AND e.id < o.id))
 ORDER BY o.id LIMIT $3::int4
