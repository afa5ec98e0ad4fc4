-- How many dossiers with which facts: what figures are added up from (common/figures).  $1 agencies that it counts
-- with, $2 bounds of periods, $3 date judged by, $4 as known at, $5 whether the last bound is past, $6 bodies of
-- agencies by number, $7 by what (0 nothing 1 agency 2 procedure 3 officer 4 channel 5 receiving unit 6 kind
-- of applicant), then what all must have, null or -1 for any: $8 procedures, $9 channel, $10 officer,
-- $11 receiving units (that took it in), $12 kind of applicant.  $13 cells that may be used: 0 none, 1 of agencies, 2 of procedures, 3 of the
-- whole.  $14 what is asked for, bits: 1 what ended, 2 what was pending, 4 first submissions, 8 only what papers were asked for,
-- 16 not whether it came from elsewhere.
-- The officer of what is open is who holds it now, of a first submission who decided it.
SELECT c.k, c.key, c.facts, c.n,
       CASE WHEN $7::int4 = 3 THEN (SELECT a.name FROM motcua.account a WHERE a.id = c.key::int8) END
  FROM motcua.figure_counts($1::int4[], $2::timestamptz[], $3::int4, $4::timestamptz, $5::bool, $6::int4[], $7::int4,
                            $8::text[], $9::int4, $10::int8, $11::int4[], $12::text, $13::int4, $14::int4) c
 ORDER BY 1, 2, 3
