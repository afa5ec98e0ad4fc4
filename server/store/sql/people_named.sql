-- Accounts by login, with the roles held at agency $2 (null: their own).
SELECT a.id, a.login, a.agency, motcua.roles_of(a.id, coalesce($2::int4, a.agency)), a.active
  FROM motcua.account a WHERE a.login = ANY ($1::text[])
