-- Open tasks of the dossiers in ($1, $2], in order.
SELECT t.dossier, t.task, t.seq, t.agency, t.role, t.officer, t.step, t.opened, t.received, t.due
  FROM motcua.task t WHERE t.dossier > $1::int8 AND t.dossier <= $2::int8
 ORDER BY t.dossier, t.task
