SELECT motcua.absence_end($1::int8, $2::int8, $3::text)
