-- A page of the dossiers behind a mark of an officer, the newest first.  $1/$2 period, $3 agencies she acted for, $4 she, $5 procedures
-- or null, $6 channel, $7 officer of the dossier (below 0: any), $8 receiving units or null, $9 kind of applicant or null, $10 date
-- judged by, $11 indicator (1 to 4), $12 points, $13/$14 cursor (finish and dossier of the last row, or null), $15 at most.
SELECT l.dossier, d.code, l.procedure, l.agency, l.officer, (SELECT a.name FROM motcua.account a WHERE a.id = l.officer), l.points, l.closed
  FROM (SELECT m.dossier, f.procedure, m.agency, m.officer, x.points, m.closed
          FROM motcua.index_mark m
          JOIN motcua.figure_dossier f ON f.dossier = m.dossier
         CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original, f.basis, f.current,
               f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved, f.competent, $2::timestamptz, $2::timestamptz,
               $10::int4) j
         CROSS JOIN LATERAL (SELECT CASE $11::int4 WHEN 1 THEN 2 - j.class WHEN 2 THEN m.officer_time WHEN 3 THEN m.contacts
                                         ELSE m.agencies END AS points) x
         WHERE m.officer = $4::int8 AND m.officer > 0 AND m.agency = ANY ($3::int4[]) AND m.closed >= $1::timestamptz
           AND m.closed < $2::timestamptz AND ($11::int4 = 2 OR m.processed) AND x.points = $12::int4
           AND ($13::timestamptz IS NULL OR (m.closed, m.dossier) < ($13, $14::int8))
           AND motcua.figure_asked(f, $5::text[], $6::int4, $7::int8, $8::int4[], $9::text)
         ORDER BY m.closed DESC, m.dossier DESC LIMIT $15::int4) l
  JOIN motcua.dossier d ON d.id = l.dossier
 ORDER BY l.closed DESC, l.dossier DESC
