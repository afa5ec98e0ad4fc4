-- Promises given to the dossiers in ($1, $2], in order.
SELECT u.dossier, u.seq, u.at, u.original, u.basis, u.current
  FROM motcua.due_ledger u WHERE u.dossier > $1::int8 AND u.dossier <= $2::int8
 ORDER BY u.dossier, u.seq
