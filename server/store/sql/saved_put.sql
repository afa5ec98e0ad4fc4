-- A saved report is made or changed.
SELECT motcua.saved_put($1::int8, $2::int8, $3::int4, $4::int4, $5::text, $6::text, $7::int4, $8::int4, $9::int4,
                        $10::int4, $11::text[], $12::timestamptz, $13::int4)
