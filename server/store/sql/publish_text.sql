-- Publishes an organisation, calendar or regime; $5 wrote it, $6 approved it.
SELECT motcua.publish_text($1::text, $2::text, $3::bytea, $4::text, $5::text, $6::text)
