-- What happened beside dossiers.
SELECT motcua.audit_add($1::text, $2::int8, $3::text, $4::text)
