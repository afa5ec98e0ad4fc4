-- The roles an account holds from now on.
SELECT motcua.account_roles($1::int8, $2::int4, $3::int8)
