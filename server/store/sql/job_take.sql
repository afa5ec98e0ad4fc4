SELECT motcua.job_take($1::text, $2::text, $3::int4)
