-- How far it has come; false: give up.
SELECT motcua.study_progress($1::int8, $2::int8, $3::int8)
