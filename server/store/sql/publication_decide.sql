-- A second person approves ($3) or anybody declines.
SELECT motcua.publication_decide($1::int8, $2::int8, $3::bool)
