-- How many dossiers were resolved in a period, and how many of them have no marks yet.  $1/$2 period, $3 agencies of the whole city,
-- $4 procedures or null, $5 channel, $6 officer (below 0: any), $7 receiving units or null, $8 kind of applicant or null.
SELECT (SELECT count(*) FROM motcua.figure_dossier f
         WHERE f.competent = ANY ($3::int4[]) AND f.accepted IS NOT NULL AND f.resolved
           AND f.closed >= $1::timestamptz AND f.closed < $2::timestamptz
           AND motcua.figure_asked(f, $4::text[], $5::int4, $6::int8, $7::int4[], $8::text)),
       (SELECT count(*) FROM motcua.index_unmarked u JOIN motcua.figure_dossier f ON f.dossier = u.dossier
         WHERE f.closed >= $1::timestamptz AND f.closed < $2::timestamptz
           AND motcua.figure_asked(f, $4::text[], $5::int4, $6::int8, $7::int4[], $8::text))
