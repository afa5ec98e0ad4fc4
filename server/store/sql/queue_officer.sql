-- Brief: Open tasks of one officer by due; cursor (due, dossier), exclusive; tasks of one
-- dossier that are due together stay on one page.  The columns of queue_role but for those about
-- the officer, who is known and looks at her own.
SELECT ROW(q.dossier, q.task, q.seq, q.code, q.procedure, q.version, q.step, q.agency, q.role,
       q.opened, q.received, q.due, q.promised, q.name)
  FROM (SELECT t.dossier, t.task, t.seq, t.code, t.procedure, t.version, t.step, t.agency, t.role,
               t.opened, t.received, t.due, t.promised, t.name
          FROM motcua.task t
         WHERE t.officer = $1::int8 AND t.officer <> 0
           AND (t.due, t.dossier) > ($2::timestamptz, $3::int8)
           AND t.due >= $4::timestamptz AND t.due < $5::timestamptz
           AND ($6::text IS NULL OR t.procedure = $6::text)
           AND ($7::text IS NULL OR t.step = $7::text)
         ORDER BY t.due, t.dossier FETCH FIRST ($8::int4) ROWS WITH TIES) q
 ORDER BY q.due, q.dossier, q.task
