-- For signing in: the account with its hash, and until when the login is blocked.
SELECT a.id, a.login, a.name, a.agency, a.roles, a.identity_key, a.password_hash, a.active,
       a.locked_until, must_change
  FROM motcua.account_by_login($1::text) a
