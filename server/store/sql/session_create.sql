-- A signed-in person; only hashes of the tokens are stored.
SELECT motcua.session_create($1::bytea, $2::bytea, $3::int8, $4::text, $5::timestamptz,
                             $6::timestamptz, $7::timestamptz, $8::bool)
