-- The person behind a session that is still alive at $2.
SELECT a.id, a.login, a.name, a.agency, motcua.roles_of(a.id, a.agency), a.identity_key, a.active,
       s.csrf_hash, least(s.idle_until, s.absolute_until),
       s.idle_until < s.absolute_until AND s.idle_until < $2::timestamptz + s.idle - interval '1 minute',
       a.must_change, f.on_at, f.codes_left, s.by_provider
  FROM motcua.session s JOIN motcua.account a ON a.id = s.account
  LEFT JOIN motcua.second_factor f ON f.account = a.id
 WHERE s.token_hash = $1::bytea AND s.idle_until > $2::timestamptz
   AND s.absolute_until > $2::timestamptz AND a.active
