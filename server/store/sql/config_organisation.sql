-- The text of the organisation in force.
SELECT v.source FROM motcua.organisation_version v ORDER BY v.version DESC LIMIT 1
