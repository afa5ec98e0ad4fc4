-- Notes a print; false: its number was taken meanwhile.
SELECT motcua.print_put($1::text, $2::text, $3::text, $4::int4, $5::bool, $6::bool, $7::int8, $8::bytea,
                        $9::bytea, $10::text, $11::text, $12::bytea, $13::bytea, $14::int4, $15::int4,
                        $16::int8, $17::int4)
