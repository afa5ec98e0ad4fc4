-- How many dossiers with which facts: what figures are added up from (common/figures).  $1 agencies that it counts
-- with, $2 bounds of periods, $3 date judged by, $4 as known at, $5 whether the last bound is past, $6 bodies of
-- agencies by number, $7 by what (0 nothing 1 agency 2 procedure 3 officer 4 channel 5 receiving unit 6 kind
-- of applicant), then what all must have, null or -1 for any: $8 procedures, $9 channel, $10 officer,
-- $11 receiving units, $12 kind of applicant.  $13 cells that may be used: 0 none, 1 of agencies, 2 of procedures.
-- The officer of what is open is who holds it now, of a first submission who decided it.
SELECT c.k, c.key, c.facts, c.n,
       CASE WHEN $7::int4 = 3 THEN (SELECT a.name FROM motcua.account a WHERE a.id = c.key::int8) END
  FROM (
SELECT r.k, CASE $7::int4 WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN o.officer::text
                          WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text
                          WHEN 6 THEN r.applicant END AS key,
       r.facts, sum(r.n)::int8 AS n
  FROM motcua.figure_told($1::int4[], $2::timestamptz[], $3::int4, $4::timestamptz, $5::bool, $6::int4[],
                          $13::int4) r
  LEFT JOIN LATERAL (
       SELECT coalesce(CASE
              WHEN $7::int4 <> 3 AND $10::int8 < 0 THEN 0 -- nobody asks
              WHEN r.facts >= 1 << 30 THEN (
                   SELECT e.actor FROM motcua.dossier_event e
                    WHERE e.dossier = r.dossier AND e.kind = 'ATTEMPT_DECIDED' ORDER BY e.seq LIMIT 1)
              WHEN r.officer <> 0 THEN r.officer
              ELSE (SELECT t.officer FROM motcua.task t
                     WHERE t.dossier = r.dossier AND left(t.step, 1) <> '@' ORDER BY t.due LIMIT 1)
              END, 0) AS officer) o ON true
 WHERE ($8::text[] IS NULL OR r.procedure = ANY ($8::text[]))
   AND ($9::int4 < 0 OR r.channel = $9::int4)
   AND ($10::int8 < 0 OR o.officer = $10::int8)
   AND ($11::int4[] IS NULL OR r.receiving = ANY ($11::int4[]))
   AND ($12::text IS NULL OR r.applicant = $12::text)
 GROUP BY 1, 2, 3 HAVING sum(r.n) <> 0) c
 ORDER BY 1, 2, 3
