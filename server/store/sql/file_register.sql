-- Names a stored file; true when it is new.
SELECT motcua.file_register($1::bytea, $2::int8, $3::text, $4::text, $5::int8)
