-- How far the run of an approved proposal has come; $4: it is done.
SELECT motcua.publication_progress($1::int8, $2::int8, $3::text, $4::bool)
