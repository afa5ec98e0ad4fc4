-- What of a plan was not tried yet, with who has it now.
SELECT i.dossier, i.task, i.code, d.seq, coalesce(k.officer, 0)
  FROM (SELECT r.dossier, r.task, r.code FROM motcua.reassignment_item r
         WHERE r.reassignment = $1::int8 AND r.outcome IS NULL
         ORDER BY r.dossier, r.task LIMIT $2::int4) i
 CROSS JOIN LATERAL (SELECT o.seq FROM motcua.dossier o WHERE o.id = i.dossier OFFSET 0) d
  LEFT JOIN LATERAL (SELECT t.officer FROM motcua.task t
                      WHERE t.dossier = i.dossier AND t.task = i.task OFFSET 0) k ON true
 ORDER BY i.dossier, i.task
