-- A sealed secret for an account, until a code has proved it; false: it is on already.
SELECT motcua.factor_offer($1::int8, $2::bytea)
