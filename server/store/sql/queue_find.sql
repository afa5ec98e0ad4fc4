-- Open tasks by due with every filter of the screen: of agencies $1, or of one officer $2.  It may look at
-- all open tasks of those, so the plain lists have statements of their own.  $3 role, $8 procedures, $9
-- step, $10 officer, $11 channel, $12 statuses, $13 folded words of a name or $14 beginning of a code,
-- $15 codes.
SELECT ROW(q.dossier, q.task, q.seq, q.code, q.procedure, q.version, q.step, q.agency, q.role,
       q.opened, q.received, q.due, q.promised, q.name, q.officer, a.name,
       q.officer <> 0 AND (coalesce(a.absent_until >= (SELECT motcua.today()), false)
           OR q.officer = ANY (ARRAY(SELECT b.account FROM motcua.absence b
                                      WHERE b.ended_at IS NULL AND b.from_day <= (SELECT motcua.today())
                                        AND b.to_day >= (SELECT motcua.today())))))
  FROM (SELECT t.*
          FROM ((SELECT x.*
                   FROM unnest($1::int4[]) g(agency)
                  CROSS JOIN LATERAL (
                        SELECT k.* FROM motcua.task k
                         WHERE k.agency = g.agency
                           AND (k.due, k.dossier) > ($4::timestamptz, $5::int8)
                           AND k.due >= $6::timestamptz AND k.due < $7::timestamptz
                           AND ($3::int4 IS NULL OR k.role = $3::int4)
                           AND ($8::text[] IS NULL OR k.procedure = ANY ($8::text[]))
                           AND ($9::text IS NULL OR k.step = $9::text)
                           AND ($10::int8 IS NULL OR k.officer = $10::int8)
                           AND ($11::int4 IS NULL
                                OR (SELECT d.channel FROM motcua.dossier d WHERE d.id = k.dossier) = $11::int4)
                           AND ($12::int4[] IS NULL
                                OR (SELECT d.status::int4 FROM motcua.dossier d WHERE d.id = k.dossier)
                                   = ANY ($12::int4[]))
                           AND ($13::text IS NULL OR left(k.code, length($14::text)) = $14::text
                                OR (SELECT bool_or(strpos(s.name, $13::text) > 0) FROM motcua.dossier_search s
                                     WHERE s.dossier = k.dossier))
                           AND ($15::text[] IS NULL OR k.code = ANY ($15::text[]))
                         ORDER BY k.due, k.dossier FETCH FIRST ($16::int4) ROWS WITH TIES) x)
                UNION ALL
                (SELECT o.* FROM motcua.task o
                  WHERE o.officer = $2::int8 AND o.officer <> 0
                    AND (o.due, o.dossier) > ($4::timestamptz, $5::int8)
                    AND o.due >= $6::timestamptz AND o.due < $7::timestamptz
                    AND ($3::int4 IS NULL OR o.role = $3::int4)
                    AND ($8::text[] IS NULL OR o.procedure = ANY ($8::text[]))
                    AND ($9::text IS NULL OR o.step = $9::text)
                    AND ($10::int8 IS NULL OR o.officer = $10::int8)
                    AND ($11::int4 IS NULL
                         OR (SELECT d.channel FROM motcua.dossier d WHERE d.id = o.dossier) = $11::int4)
                    AND ($12::int4[] IS NULL
                         OR (SELECT d.status::int4 FROM motcua.dossier d WHERE d.id = o.dossier)
                            = ANY ($12::int4[]))
                    AND ($13::text IS NULL OR left(o.code, length($14::text)) = $14::text
                         OR (SELECT bool_or(strpos(s.name, $13::text) > 0) FROM motcua.dossier_search s
                              WHERE s.dossier = o.dossier))
                    AND ($15::text[] IS NULL OR o.code = ANY ($15::text[]))
                  ORDER BY o.due, o.dossier FETCH FIRST ($16::int4) ROWS WITH TIES)) t
         ORDER BY t.due, t.dossier FETCH FIRST ($16::int4) ROWS WITH TIES) q
  LEFT JOIN motcua.account a ON a.id = q.officer
 ORDER BY q.due, q.dossier, q.task
