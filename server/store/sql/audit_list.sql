-- A page of the audit: before line $1, at most $2, of login $3, of a kind $4, from $5 until $6.
SELECT u.id, u.at, u.what, u.login, u.name, u.peer, u.detail
  FROM motcua.audit_page($1::int8, $2::int4, $3::text, $4::text, $5::timestamptz, $6::timestamptz) u
