-- Analyses the next table after $1 (by name), of at least $2 bytes, that PostgreSQL has not looked at since it forgot; its name, or null.
SELECT motcua.analyse_forgotten($1::text, $2::int8)
