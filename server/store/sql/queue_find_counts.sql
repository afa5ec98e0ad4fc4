-- The same as numbers: all, overdue at $4, due until $6, until $7, not received, and those that wait for
-- somebody ($5).  Filters as queue_find.sql.
SELECT count(*), count(*) FILTER (WHERE t.due < $4::timestamptz),
       count(*) FILTER (WHERE t.due >= $4::timestamptz AND t.due < $6::timestamptz),
       count(*) FILTER (WHERE t.due >= $6::timestamptz AND t.due < $7::timestamptz),
       count(*) FILTER (WHERE t.received IS NULL),
       count(*) FILTER (WHERE t.status = ANY ($5::int4[]))
  FROM (SELECT k.due, k.received, k.role, k.procedure, k.step, k.officer, k.code, k.dossier,
               (SELECT d.status::int4 FROM motcua.dossier d WHERE d.id = k.dossier) AS status
          FROM (SELECT x.* FROM unnest($1::int4[]) g(agency)
                 -- OFFSET: each agency by its index, whatever filters are thought to leave
                 CROSS JOIN LATERAL (SELECT y.* FROM motcua.task y WHERE y.agency = g.agency OFFSET 0) x
                UNION ALL
                SELECT o.* FROM motcua.task o WHERE o.officer = $2::int8 AND o.officer <> 0) k) t
 WHERE ($3::int4 IS NULL OR t.role = $3::int4)
   AND ($8::text[] IS NULL OR t.procedure = ANY ($8::text[]))
   AND ($9::text IS NULL OR t.step = $9::text)
   AND ($10::int8 IS NULL OR t.officer = $10::int8)
   AND ($11::int4 IS NULL
        OR (SELECT d.channel FROM motcua.dossier d WHERE d.id = t.dossier) = $11::int4)
   AND ($12::int4[] IS NULL OR t.status = ANY ($12::int4[]))
   AND ($13::text IS NULL OR left(t.code, length($14::text)) = $14::text
        OR (SELECT bool_or(strpos(s.name, $13::text) > 0) FROM motcua.dossier_search s
             WHERE s.dossier = t.dossier))
   AND ($15::text[] IS NULL OR t.code = ANY ($15::text[]))
