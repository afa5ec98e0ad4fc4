-- Publishes the file of a reception hall; $4 wrote it, $5 approved it.
SELECT motcua.publish_hall($1::text, $2::bytea, $3::text, $4::text, $5::text)
