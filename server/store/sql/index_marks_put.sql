-- Keeps the marks of the dossiers $1, a row a part.
SELECT motcua.index_marks_put($1::int8[], $2::int8[], $3::int4[], $4::int4[], $5::int8[], $6::int4[], $7::int4[], $8::int4[], $9::int4[],
                              $10::bool[])
