-- Closes the book of unit $1, field $2, year $3 with its last number $4, by account $5: closed | none | early | moved | before.
SELECT motcua.register_close($1::int4, $2::text, $3::int4, $4::int4, $5::int8)
