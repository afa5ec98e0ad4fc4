-- What came of a run that was due.
SELECT motcua.saved_fired($1::int8, $2::timestamptz, $3::int8, $4::text, $5::timestamptz)
