-- A page of the dossiers behind a mark of agencies, the newest first.  $1/$2 period, $3 agencies, $4 procedures or null, $5 channel,
-- $6 officer (below 0: any), $7 receiving units or null, $8 kind of applicant or null, $9 indicator (2 to 4), $10 points, $11/$12
-- cursor (finish and dossier of the last row, or null), $13 at most.
SELECT l.dossier, d.code, l.procedure, l.agency, NULL::int8, NULL::text, l.points, l.closed
  FROM (SELECT m.dossier, f.procedure, m.agency, m.agency_time AS points, m.closed
          FROM motcua.index_mark m JOIN motcua.figure_dossier f ON f.dossier = m.dossier
         WHERE $9::int4 = 2 AND m.agency = ANY ($3::int4[]) AND m.closed >= $1::timestamptz AND m.closed < $2::timestamptz
           AND m.part > 0 AND m.agency_time = $10::int4 AND ($11::timestamptz IS NULL OR (m.closed, m.dossier) < ($11, $12::int8))
           AND motcua.figure_asked(f, $4::text[], $5::int4, $6::int8, $7::int4[], $8::text)
         UNION ALL
        SELECT m.dossier, f.procedure, f.competent,
               CASE $9::int4 WHEN 3 THEN m.contacts ELSE m.agencies END, m.closed
          FROM motcua.figure_dossier f JOIN motcua.index_mark m ON m.dossier = f.dossier AND m.part = 0
         WHERE $9::int4 > 2 AND f.competent = ANY ($3::int4[]) AND NOT f.moved AND f.accepted IS NOT NULL
           AND f.closed >= $1::timestamptz AND f.closed < $2::timestamptz
           AND CASE $9::int4 WHEN 3 THEN m.contacts ELSE m.agencies END = $10::int4
           AND ($11::timestamptz IS NULL OR (f.closed, f.dossier) < ($11, $12::int8))
           AND motcua.figure_asked(f, $4::text[], $5::int4, $6::int8, $7::int4[], $8::text)
         UNION ALL
        SELECT m.dossier, f.procedure, motcua.figure_place(f.dossier, f.competent, $2::timestamptz),
               CASE $9::int4 WHEN 3 THEN m.contacts ELSE m.agencies END, m.closed
          FROM motcua.figure_dossier f JOIN motcua.index_mark m ON m.dossier = f.dossier AND m.part = 0
         WHERE $9::int4 > 2 AND f.moved AND f.accepted IS NOT NULL
           AND motcua.figure_place(f.dossier, f.competent, $2::timestamptz) = ANY ($3::int4[])
           AND f.closed >= $1::timestamptz AND f.closed < $2::timestamptz
           AND CASE $9::int4 WHEN 3 THEN m.contacts ELSE m.agencies END = $10::int4
           AND ($11::timestamptz IS NULL OR (f.closed, f.dossier) < ($11, $12::int8))
           AND motcua.figure_asked(f, $4::text[], $5::int4, $6::int8, $7::int4[], $8::text)
         ORDER BY closed DESC, dossier DESC LIMIT $13::int4) l
  JOIN motcua.dossier d ON d.id = l.dossier
 ORDER BY l.closed DESC, l.dossier DESC
