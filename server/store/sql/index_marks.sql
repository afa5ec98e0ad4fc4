-- Marks of all dossiers resolved in a period, summed by agency.  $1/$2 period, $3 agencies of the whole city, $4 procedures or null,
-- $5 channel, $6 officer (below 0: any), $7 receiving units or null, $8 kind of applicant or null.  A row: agency, of one that took
-- part (else the responsible one; null: of a dossier without marks), marks, how many.
SELECT CASE WHEN m.part > 0 THEN m.agency ELSE r.place END, m.part > 0, m.agency_time, CASE m.part WHEN 0 THEN m.contacts END,
       CASE m.part WHEN 0 THEN m.agencies END, count(*)
  FROM (SELECT f.dossier, CASE WHEN f.moved THEN motcua.figure_place(f.dossier, f.competent, $2::timestamptz) ELSE f.competent END AS place
          FROM motcua.figure_dossier f
         WHERE f.competent = ANY ($3::int4[]) AND f.accepted IS NOT NULL AND f.resolved
           AND f.closed >= $1::timestamptz AND f.closed < $2::timestamptz
           AND motcua.figure_asked(f, $4::text[], $5::int4, $6::int8, $7::int4[], $8::text)) r
  LEFT JOIN motcua.index_mark m ON m.dossier = r.dossier AND m.closed >= $1::timestamptz AND m.closed < $2::timestamptz
                               AND (m.part = 0 OR m.agency_time IS NOT NULL)
 GROUP BY 1, 2, 3, 4, 5
