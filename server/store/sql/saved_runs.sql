-- The last runs of a saved report, the newest first: $1 which, $2 how many.
SELECT u.due_at, u.at, u.report, u.fault, u.told, u.remark FROM motcua.saved_run u WHERE u.saved = $1::int8
 ORDER BY u.due_at DESC LIMIT $2::int4
