-- Open tasks of one agency and role by due.  ROW: see server/db/rows.c.
SELECT ROW(q.dossier, q.task, q.seq, q.code, q.procedure, q.version, q.step, q.agency, q.role,
       q.opened, q.received, q.due, q.promised, q.name, q.officer, a.name,
       q.officer <> 0 AND (coalesce(a.absent_until >= (SELECT motcua.today()), false)
           OR q.officer = ANY (ARRAY(SELECT b.account FROM motcua.absence b
                                      WHERE b.ended_at IS NULL AND b.from_day <= (SELECT motcua.today())
                                        AND b.to_day >= (SELECT motcua.today())))))
  FROM (SELECT t.dossier, t.task, t.seq, t.code, t.procedure, t.version, t.step, t.agency, t.role, t.officer,
               t.opened, t.received, t.due, t.promised, t.name
          FROM motcua.task t
         WHERE t.agency = $1::int4 AND t.role = $2::int4
           AND (t.due, t.dossier) > ($3::timestamptz, $4::int8)
           AND t.due >= $5::timestamptz AND t.due < $6::timestamptz
           AND ($7::text IS NULL OR t.procedure = $7::text)
           AND ($8::text IS NULL OR t.step = $8::text)
         ORDER BY t.due, t.dossier FETCH FIRST ($9::int4) ROWS WITH TIES) q
  LEFT JOIN motcua.account a ON a.id = q.officer
 ORDER BY q.due, q.dossier, q.task
