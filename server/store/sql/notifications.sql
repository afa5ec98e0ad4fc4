-- What an officer was told, the newest first: by name, or by a role ($3) at her agency ($2).  $4: only
-- what is older, $5: how many.
SELECT n.id, n.at, n.officer, n.role, n.body,
       n.id > coalesce((SELECT s.upto FROM motcua.notification_seen s WHERE s.account = $1::int8), 0)
  FROM ((SELECT m.id, m.at, m.officer, m.role, m.body FROM motcua.notification m
          WHERE m.officer = $1::int8 AND m.officer <> 0 AND m.id < $4::int8
          ORDER BY m.id DESC LIMIT $5::int4)
        UNION ALL
        SELECT t.id, t.at, t.officer, t.role, t.body
          FROM unnest($3::int4[]) r(role) CROSS JOIN LATERAL (
               SELECT k.id, k.at, k.officer, k.role, k.body FROM motcua.notification k
                WHERE k.officer = 0 AND k.agency = $2::int4 AND k.role = r.role::int2
                  AND k.id < $4::int8
                ORDER BY k.id DESC LIMIT $5::int4) t) n
 ORDER BY n.id DESC LIMIT $5::int4
