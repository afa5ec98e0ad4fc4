-- It ends: with a result, or with the reason why there is none.
SELECT motcua.study_end($1::int8, $2::text, $3::text)
