-- Accounts by login.
SELECT a.id, a.login, a.name, a.agency, a.active, motcua.roles_of(a.id, a.agency)
  FROM motcua.account a WHERE a.login > $1::text ORDER BY a.login LIMIT $2::int4
