-- The dossiers behind one number of an officer, by number.  $1 to $12 as in figures_counts, of one period; $13 the rows of $7,
-- null: any; $14 first submissions, not the work; $15 classes, $16 facts it must have, $17 must not have,
-- $18 channels, as bits; $19 cursor (dossier * 4), $20 limit.
WITH x AS NOT MATERIALIZED (
    SELECT CASE WHEN $10::int8 >= 0 THEN $10::int8 WHEN ($13::text[])[1] ~ '^[0-9]{1,18}$' THEN ($13::text[])[1]::int8 ELSE 0 END AS officer)
SELECT l.dossier, coalesce(d.code, d.submission), l.procedure, l.place, l.receiving, l.channel, l.facts, o.officer,
       (SELECT a.name FROM motcua.account a WHERE a.id = o.officer), l.accepted, l.due, l.closed,
       l.dossier * 4
  FROM (
SELECT r.dossier, r.procedure, r.place, r.receiving, r.channel, r.facts, r.officer, r.accepted, r.due, r.closed
  FROM (SELECT w.* FROM x CROSS JOIN LATERAL motcua.figure_officer(x.officer, $1::int4[], $2::timestamptz[], $3::int4,
                                           $4::timestamptz, $5::bool, $6::int4[], CASE WHEN $14::bool THEN 2 ELSE 1 END) w
         WHERE x.officer > 0
         UNION ALL -- nobody's
        SELECT w.* FROM x CROSS JOIN LATERAL motcua.figure_work($1::int4[], $2::timestamptz[], $3::int4, $4::timestamptz,
                                           $5::bool, $6::int4[]) w
         WHERE x.officer = 0 AND NOT $14::bool
         UNION ALL
        SELECT f.* FROM x CROSS JOIN LATERAL motcua.figure_first($1::int4[], $2::timestamptz[], $4::timestamptz,
                                            $6::int4[]) f
         WHERE x.officer = 0 AND $14::bool) r
 CROSS JOIN LATERAL (
       SELECT coalesce(CASE
              WHEN $7::int4 <> 3 AND $10::int8 < 0 THEN 0 -- nobody asks
              WHEN r.facts >= 1 << 30 THEN (
                   SELECT e.actor FROM motcua.dossier_event e
                    WHERE e.dossier = r.dossier AND e.kind = 'ATTEMPT_DECIDED' ORDER BY e.seq LIMIT 1)
              WHEN r.officer <> 0 THEN r.officer
              ELSE (SELECT t.officer FROM motcua.task t
                     WHERE t.dossier = r.dossier AND left(t.step, 1) <> '@' ORDER BY t.due, t.task LIMIT 1)
              END, 0) AS officer) o
 WHERE ($8::text[] IS NULL OR r.procedure = ANY ($8::text[]))
   AND ($9::int4 < 0 OR r.channel = $9::int4)
   AND ($11::int4[] IS NULL OR r.receiving = ANY ($11::int4[]))
   AND ($12::text IS NULL OR r.applicant = $12::text)
   AND ((1 << (r.facts & 7)) & $15::int4) <> 0 AND (r.facts & $16::int4) = $16::int4
   AND (r.facts & $17::int4) = 0 AND ((1 << (r.facts >> 4 & 3)) & $18::int4) <> 0
   AND r.dossier > $19::int8 / 4
   AND ($10::int8 < 0 OR o.officer = $10::int8)
   AND ($13::text[] IS NULL OR CASE $7::int4
        WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN o.officer::text
        WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text WHEN 6 THEN r.applicant END
       = ANY ($13::text[]))
 ORDER BY r.dossier LIMIT $20::int4) l
  JOIN motcua.dossier d ON d.id = l.dossier
 CROSS JOIN LATERAL (
       SELECT coalesce(CASE
              WHEN l.facts >= 1 << 30 THEN (
                   SELECT e.actor FROM motcua.dossier_event e
                    WHERE e.dossier = l.dossier AND e.kind = 'ATTEMPT_DECIDED' ORDER BY e.seq LIMIT 1)
              WHEN l.officer <> 0 THEN l.officer
              ELSE (SELECT t.officer FROM motcua.task t
                     WHERE t.dossier = l.dossier AND left(t.step, 1) <> '@' ORDER BY t.due, t.task LIMIT 1)
              END, 0) AS officer) o
 ORDER BY l.dossier
