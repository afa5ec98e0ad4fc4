-- A code that fits counts once (step $2, or the digest of a recovery code $3): recovery codes left, or null.
SELECT motcua.factor_take($1::int8, $2::int8, $3::bytea)
