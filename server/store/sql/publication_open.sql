-- Open dossiers of a procedure that follow another version than this one.
SELECT count(DISTINCT t.dossier) FROM motcua.task t
 WHERE t.procedure = $1::text AND t.version <> $2::int4
