-- Forgets answers, sessions and throttles that have served their time, a bounded number a call.
SELECT motcua.expire($1::timestamptz, $2::int4, $3::int4)
