-- It comes back: true once, within ten minutes.
SELECT motcua.sso_take($1::bytea, $2::timestamptz)
