-- For signing in: the account with its hash, until when the login is blocked, its second factor.
SELECT a.id, a.login, a.name, a.agency, a.roles, a.identity_key, a.password_hash, a.active,
       a.locked_until, a.must_change, a.sealed, a.factor_on, a.codes_left, a.factor_taken
  FROM motcua.account_by_login($1::text) a
