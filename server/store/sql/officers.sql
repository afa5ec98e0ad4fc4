-- Who works at an agency: name, roles as bits, away today, how much each has open, login.
SELECT a.id, a.name, h.roles,
       coalesce(a.absent_until >= (SELECT motcua.today()), false) OR EXISTS (
           SELECT FROM motcua.absence b
            WHERE b.account = a.id AND b.ended_at IS NULL AND b.from_day <= (SELECT motcua.today())
              AND b.to_day >= (SELECT motcua.today())),
       coalesce(t.open_tasks, 0), a.login
  FROM (SELECT r.account, bit_or(1::int8 << r.role::int4) AS roles
          FROM motcua.role_held r
         WHERE r.agency = $1::int4 AND now() >= r.valid_from AND now() < r.valid_to
         GROUP BY r.account) h
  CROSS JOIN LATERAL (SELECT c.id, c.name, c.login, c.absent_until FROM motcua.account c
                       WHERE c.id = h.account AND c.active OFFSET 0) a
  LEFT JOIN LATERAL (SELECT count(*) AS open_tasks FROM motcua.task k
                      WHERE k.officer = a.id AND k.officer <> 0) t ON true
 ORDER BY a.name, a.id
 LIMIT 500
