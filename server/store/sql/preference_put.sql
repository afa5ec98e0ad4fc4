-- The last one that is saved holds.
SELECT p.content, p.updated FROM motcua.preference_put($1::int8, $2::text, $3::timestamptz) p
