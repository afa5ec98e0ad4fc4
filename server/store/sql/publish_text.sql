-- Publishes an organisation, calendar or regime.
SELECT motcua.publish_text($1::text, $2::text, $3::bytea, $4::text)
