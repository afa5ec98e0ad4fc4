-- Messages of a kind that were tried and did not arrive, the oldest first; how many wait in all, and since when.
SELECT o.id, o.at, o.attempts, o.fault, o.next_at,
       (SELECT coalesce(d.code, d.submission) FROM motcua.dossier d WHERE d.id = o.dossier), w.n, w.since
  FROM (SELECT count(*) AS n, min(x.at) AS since FROM motcua.outbox x
         WHERE x.delivered_at IS NULL AND x.kind = $1::text) w
  LEFT JOIN LATERAL (
       SELECT * FROM motcua.outbox x WHERE x.delivered_at IS NULL AND x.kind = $1::text AND x.attempts > 0
        ORDER BY x.id LIMIT $2::int4) o ON true
 ORDER BY o.id
