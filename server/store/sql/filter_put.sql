-- Its number; 0: she has too many.
SELECT motcua.filter_put($1::int8, $2::int4, $3::text, $4::text, $5::timestamptz, $6::int4)
