-- How much an officer was told, by name or by a role ($3) at her agency ($2), since she last looked; at most $4.
SELECT count(*)
  FROM (SELECT coalesce((SELECT s.upto FROM motcua.notification_seen s WHERE s.account = $1::int8), 0) AS upto) seen
 CROSS JOIN LATERAL (
       SELECT 1
         FROM ((SELECT m.id FROM motcua.notification m
                 WHERE m.officer = $1::int8 AND m.officer <> 0 AND m.id > seen.upto
                 ORDER BY m.id DESC LIMIT $4::int4)
               UNION ALL
               SELECT t.id
                 FROM unnest($3::int4[]) r(role) CROSS JOIN LATERAL (
                      SELECT k.id FROM motcua.notification k
                       WHERE k.officer = 0 AND k.agency = $2::int4 AND k.role = r.role::int2 AND k.id > seen.upto
                       ORDER BY k.id DESC LIMIT $4::int4) t) both_ways
        LIMIT $4::int4) n
