SELECT motcua.ticket_dossier($1::int4[], $2::int8, $3::text)
