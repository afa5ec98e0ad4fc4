-- The text of the organisation that was in force at $1.
SELECT v.source FROM motcua.organisation_version v WHERE v.at <= $1::timestamptz ORDER BY v.version DESC LIMIT 1
