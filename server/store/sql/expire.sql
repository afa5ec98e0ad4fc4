-- Forgets answers, sessions and throttles that have served their time.
SELECT motcua.expire($1::timestamptz, $2::int4)
