-- Open work of a procedure's version by step, at agencies $3 (null: all), opened since $4, at $5: dossiers,
-- how many of them past the step's due, how many past their promise.
SELECT t.step, count(DISTINCT t.dossier),
       count(DISTINCT t.dossier) FILTER (WHERE t.due < $5::timestamptz),
       count(DISTINCT t.dossier) FILTER (WHERE t.promised < $5::timestamptz)
  FROM motcua.task t
 WHERE t.procedure = $1::text AND t.version = $2::int4
   AND ($3::int4[] IS NULL OR t.agency = ANY ($3::int4[]))
   AND ($4::timestamptz IS NULL OR t.opened >= $4::timestamptz)
 GROUP BY t.step
