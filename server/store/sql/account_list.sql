-- Accounts by login after $1: of agencies $3, with $4 in the login or $6 (folded: without accents) in the
-- name, or the one named $5; null asks for nothing.
SELECT a.id, a.login, a.name, a.agency, a.active, motcua.roles_of(a.id, a.agency), a.seq, a.must_change,
       a.created_at, a.password_at,
       coalesce((SELECT f.on_at IS NOT NULL FROM motcua.second_factor f WHERE f.account = a.id), false)
  FROM motcua.account a
 WHERE a.login > $1::text AND ($3::int4[] IS NULL OR a.agency = ANY ($3::int4[]))
   AND ($5::text IS NULL OR a.login = $5::text)
   AND ($4::text IS NULL OR position($4::text IN a.login) > 0
        OR ($6::text <> '' AND position($6::text IN replace(regexp_replace(
            normalize(lower(a.name), NFD), '[\u0300-\u036f]', '', 'g'), 'đ', 'd')) > 0))
 ORDER BY a.login LIMIT $2::int4
