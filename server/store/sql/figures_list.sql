-- The dossiers behind one number, page by page.  $1 to $12 as in figures_counts, of one period; $13 the rows of $7,
-- null: any; $14 first submissions, not the work; $15 classes, $16 facts it must have, $17 must not have,
-- $18 channels, as bits; $19 cursor, the last column of the row before, $20 limit.  No officer is asked for: see
-- figures_list_officer.
SELECT l.dossier, coalesce(d.code, d.submission), l.procedure, l.place, l.receiving, l.channel, l.facts, o.officer,
       (SELECT a.name FROM motcua.account a WHERE a.id = o.officer), l.accepted, l.due, l.closed, l.cursor
  FROM motcua.figure_page($1::int4[], $2::timestamptz[], $3::int4, $4::timestamptz, $5::bool, $6::int4[], $7::int4,
                          $13::text[], $8::text[], $9::int4, $11::int4[], $12::text, $14::bool, $15::int4, $16::int4,
                          $17::int4, $18::int4, $19::int8, $20::int4) WITH ORDINALITY
       l(dossier, facts, place, receiving, channel, officer, procedure, applicant, accepted, due, closed, cursor, n)
  JOIN motcua.dossier d ON d.id = l.dossier AND $10::int8 < 0
 CROSS JOIN LATERAL (
       SELECT coalesce(CASE
              WHEN l.facts >= 1 << 30 THEN (
                   SELECT e.actor FROM motcua.dossier_event e
                    WHERE e.dossier = l.dossier AND e.kind = 'ATTEMPT_DECIDED' ORDER BY e.seq LIMIT 1)
              WHEN l.officer <> 0 THEN l.officer
              ELSE (SELECT t.officer FROM motcua.task t
                     WHERE t.dossier = l.dossier AND left(t.step, 1) <> '@' ORDER BY t.due, t.task LIMIT 1)
              END, 0) AS officer) o
 ORDER BY l.n
