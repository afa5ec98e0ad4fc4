-- Open tasks of several agencies by due: the first of each, then the first of all.
SELECT ROW(q.dossier, q.task, q.seq, q.code, q.procedure, q.version, q.step, q.agency, q.role,
       q.opened, q.received, q.due, q.promised, q.name, q.officer, a.name,
       q.officer <> 0 AND (coalesce(a.absent_until >= (SELECT motcua.today()), false)
           OR q.officer = ANY (ARRAY(SELECT b.account FROM motcua.absence b
                                      WHERE b.ended_at IS NULL AND b.from_day <= (SELECT motcua.today())
                                        AND b.to_day >= (SELECT motcua.today())))))
  FROM (SELECT t.*
          FROM unnest($1::int4[]) g(agency)
         CROSS JOIN LATERAL (
               SELECT k.* FROM motcua.task k
                WHERE k.agency = g.agency
                  AND (k.due, k.dossier) > ($2::timestamptz, $3::int8)
                  AND k.due >= $4::timestamptz AND k.due < $5::timestamptz
                  AND ($6::text IS NULL OR k.procedure = $6::text)
                  AND ($7::text IS NULL OR k.step = $7::text)
                ORDER BY k.due, k.dossier FETCH FIRST ($8::int4) ROWS WITH TIES) t
         ORDER BY t.due, t.dossier FETCH FIRST ($8::int4) ROWS WITH TIES) q
  LEFT JOIN motcua.account a ON a.id = q.officer
 ORDER BY q.due, q.dossier, q.task
