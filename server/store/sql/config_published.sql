-- Is this text ($3 its hash) what is published already?  Kinds as in publish_text, or procedure.
SELECT coalesce(CASE $1::text
    WHEN 'organisation' THEN (SELECT v.hash = $3::bytea FROM motcua.organisation_version v
                               ORDER BY v.version DESC LIMIT 1)
    WHEN 'calendar' THEN (SELECT v.hash = $3::bytea FROM motcua.calendar_version v
                           WHERE v.name = $2::text ORDER BY v.version DESC LIMIT 1)
    WHEN 'regime' THEN (SELECT v.hash = $3::bytea FROM motcua.regime_version v
                         WHERE v.name = $2::text ORDER BY v.version DESC LIMIT 1)
    WHEN 'hall' THEN (SELECT v.hash = $3::bytea FROM motcua.hall_version v
                       WHERE v.name = $2::text ORDER BY v.version DESC LIMIT 1)
    ELSE EXISTS (SELECT FROM motcua.procedure_version v WHERE v.hash = $3::bytea) END, false)
