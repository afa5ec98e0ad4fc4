-- How many items with which facts, and their money: what the topics besides the dossiers are added up from.  $1 agencies
-- that they count with, $2 bounds of periods, $3 kinds, $4 bodies of agencies by number, $5 days after which a result
-- lies long, $6 by what (as in figures_counts), then what all must have, null or -1 for any: $7 procedures, $8
-- channel, $9 officer, $10 receiving units, $11 kind of applicant, $12
-- competent agencies.  By 7: competent agency.
SELECT c.k, c.key, c.facts, c.n,
       CASE WHEN $6::int4 = 3 THEN (SELECT a.name FROM motcua.account a WHERE a.id = c.key::int8) END, c.amount
  FROM (
SELECT r.k, CASE $6::int4 WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN r.officer::text
                          WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text
                          WHEN 6 THEN r.applicant WHEN 7 THEN r.competent::text END AS key,
       r.facts, count(*) AS n, sum(r.amount)::int8 AS amount
  FROM motcua.figure_items($1::int4[], $2::timestamptz[], $3::int4[], $4::int4[],
                           make_interval(days => $5::int4)) r
 WHERE ($7::text[] IS NULL OR r.procedure = ANY ($7::text[]))
   AND ($8::int4 < 0 OR r.channel = $8::int4)
   AND ($9::int8 < 0 OR r.officer = $9::int8)
   AND ($10::int4[] IS NULL OR r.receiving = ANY ($10::int4[]))
   AND ($11::text IS NULL OR r.applicant = $11::text)
   AND ($12::int4[] IS NULL OR r.competent = ANY ($12::int4[]))
 GROUP BY 1, 2, 3) c
 ORDER BY 1, 2, 3
