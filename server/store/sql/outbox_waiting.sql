-- Messages of a kind that may be delivered now; of a dossier only the earliest, so that they arrive
-- in order.
SELECT o.id, o.dossier, o.seq, o.attempts, o.body, o.at,
       (SELECT coalesce(d.code, d.submission) FROM motcua.dossier d WHERE d.id = o.dossier)
  FROM motcua.outbox o
 WHERE o.delivered_at IS NULL AND o.kind = $1::text AND greatest(o.at, o.next_at) <= $2::timestamptz
   AND (o.dossier IS NULL
        OR NOT EXISTS (SELECT FROM motcua.outbox e
                        WHERE e.delivered_at IS NULL AND e.dossier = o.dossier AND e.kind = o.kind
                          AND e.id < o.id))
 ORDER BY o.id LIMIT $3::int4
