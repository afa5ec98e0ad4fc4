-- Keeps the marks of the dossiers $1, a row a part, and where the time of each went ($2).
SELECT motcua.index_marks_put($1::int8[], $2::text[], $3::int8[], $4::int4[], $5::int4[], $6::int8[], $7::int4[], $8::int4[], $9::int4[],
                              $10::int4[], $11::bool[])
