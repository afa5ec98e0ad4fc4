-- Marks of officers by the dossiers resolved in a period of which they had a step.  $1/$2 period, $3 agencies they acted for,
-- $4 only this one (0: all of those agencies), $5 procedures or null, $6 channel, $7 officer of the dossier (below 0: any),
-- $8 receiving units or null, $9 kind of applicant or null, $10 date judged by.  A row: officer, agency, class of the dossier,
-- marks, whether she more than received it, how many.
SELECT m.officer, m.agency, j.class, m.officer_time, m.contacts, m.agencies, m.processed, count(*)
  FROM (SELECT a.* FROM motcua.index_mark a
         WHERE $4::int8 = 0 AND a.agency = ANY ($3::int4[]) AND a.closed >= $1::timestamptz AND a.closed < $2::timestamptz
           AND a.officer > 0
         UNION ALL
        SELECT o.* FROM motcua.index_mark o
         WHERE $4::int8 > 0 AND o.officer = $4::int8 AND o.closed >= $1::timestamptz AND o.closed < $2::timestamptz) m
  JOIN motcua.figure_dossier f ON f.dossier = m.dossier
 CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original, f.basis, f.current, f.due_at,
       f.stopped, f.supplemented, f.channel, f.by_officer, f.moved, f.competent, $2::timestamptz, $2::timestamptz, $10::int4) j
 WHERE m.part > 0 AND motcua.figure_asked(f, $5::text[], $6::int4, $7::int8, $8::int4[], $9::text)
 GROUP BY 1, 2, 3, 4, 5, 6, 7
