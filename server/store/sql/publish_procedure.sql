-- Publishes a procedure version.
SELECT motcua.publish_procedure($1::text, $2::int4, $3::bytea, $4::text, $5::text, $6::text)
