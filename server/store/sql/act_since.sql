-- Kinds of what happened to a dossier after the state that a client saw, up to the state that was loaded.
SELECT e.kind FROM motcua.dossier_event e
 WHERE e.dossier = $1::int8 AND e.seq > $2::int8 AND e.seq <= $3::int8 ORDER BY e.seq
