-- What somebody ($2, login) has delegated to $1, with the roles that she holds there now; what was over
-- a month ago is not looked at.
SELECT g.id, f.id, g.agency, g.kinds, g.procedures, g.valid_from, g.valid_to, g.ended_at,
       motcua.roles_of(f.id, g.agency), f.identity_key
  FROM motcua.account f
  JOIN motcua.delegation g ON g.giver = f.id AND g.holder = $1::int8
       AND g.valid_to >= (SELECT motcua.today()) - 30
 WHERE f.login = $2::text AND f.active
 ORDER BY g.id DESC LIMIT 50
