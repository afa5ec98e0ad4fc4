-- One number of items by two dimensions.  $1 to $12 as in figures_items, $13 what a row is split again by (as $6).  What is
-- counted: $14 part (0 the number or what is divided, 1 by what), $15 money, not cases, $16 classes, $17 facts it must have,
-- $18 must not have, $19 channels, as bits; one element for each figure that is added up.
SELECT c.k, c.key, c.across, coalesce(sum(c.v) FILTER (WHERE c.part = 0), 0)::int8, coalesce(sum(c.v) FILTER (WHERE c.part = 1), 0)::int8,
       CASE WHEN $6::int4 = 3 THEN (SELECT a.name FROM motcua.account a WHERE a.id = c.key::int8) END,
       CASE WHEN $13::int4 = 3 THEN (SELECT a.name FROM motcua.account a WHERE a.id = c.across::int8) END
  FROM (
SELECT r.k, CASE $6::int4 WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN r.officer::text
                          WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text
                          WHEN 6 THEN r.applicant WHEN 7 THEN r.competent::text END AS key,
       CASE $13::int4 WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN r.officer::text
                      WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text
                      WHEN 6 THEN r.applicant WHEN 7 THEN r.competent::text END AS across,
       d.part, CASE WHEN d.money THEN r.amount ELSE 1 END AS v
  FROM motcua.figure_items($1::int4[], $2::timestamptz[], $3::int4[], $4::int4[],
                           make_interval(days => $5::int4)) r
  JOIN unnest($14::int4[], $15::bool[], $16::int4[], $17::int4[], $18::int4[], $19::int4[])
       d(part, money, classes, needs, without, channels)
    ON (1 << (r.facts & 7)) & d.classes <> 0 AND r.facts & d.needs = d.needs AND r.facts & d.without = 0
       AND (1 << (r.facts >> 4 & 3)) & d.channels <> 0
 WHERE ($7::text[] IS NULL OR r.procedure = ANY ($7::text[]))
   AND ($8::int4 < 0 OR r.channel = $8::int4)
   AND ($9::int8 < 0 OR r.officer = $9::int8)
   AND ($10::int4[] IS NULL OR r.receiving = ANY ($10::int4[]))
   AND ($11::text IS NULL OR r.applicant = $11::text)
   AND ($12::int4[] IS NULL OR r.competent = ANY ($12::int4[]))) c
 GROUP BY 1, 2, 3
 ORDER BY 1, 2, 3
