-- Who may be told where a frozen report is: everybody of the roles $1 (bits), at her agency.
SELECT a.login, a.name, h.agency
  FROM (SELECT DISTINCT ON (r.account) r.account, r.agency
          FROM motcua.role_held r
         WHERE (1::int8 << r.role::int4) & $1::int8 <> 0 AND now() >= r.valid_from AND now() < r.valid_to
         ORDER BY r.account, r.agency) h
  JOIN motcua.account a ON a.id = h.account
 WHERE a.active
 ORDER BY a.name, a.login
 LIMIT 2000
