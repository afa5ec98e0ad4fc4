-- One number by two dimensions.  $1 to $14 as in figures_counts, $15 what a row is split again by (as $7).  What is
-- counted: $16 part (0 the number or what is divided, 1 by what), $17 first submissions, not the work, $18 classes, $19 facts
-- it must have, $20 must not have, $21 channels, as bits; one element for each figure that is added up.
SELECT c.k, c.key, c.across, coalesce(sum(c.n) FILTER (WHERE d.part = 0), 0)::int8, coalesce(sum(c.n) FILTER (WHERE d.part = 1), 0)::int8,
       CASE WHEN $7::int4 = 3 THEN (SELECT a.name FROM motcua.account a WHERE a.id = c.key::int8) END,
       CASE WHEN $15::int4 = 3 THEN (SELECT a.name FROM motcua.account a WHERE a.id = c.across::int8) END
  FROM motcua.figure_counts($1::int4[], $2::timestamptz[], $3::int4, $4::timestamptz, $5::bool, $6::int4[], $7::int4,
                            $8::text[], $9::int4, $10::int8, $11::int4[], $12::text, $13::int4, $14::int4, $15::int4) c
  JOIN unnest($16::int4[], $17::bool[], $18::int4[], $19::int4[], $20::int4[], $21::int4[])
       d(part, first, classes, needs, without, channels)
    ON d.first = (c.facts >= 1 << 30) AND (1 << (c.facts & 7)) & d.classes <> 0 AND c.facts & d.needs = d.needs
       AND c.facts & d.without = 0 AND (1 << (c.facts >> 4 & 3)) & d.channels <> 0
 GROUP BY 1, 2, 3
 ORDER BY 1, 2, 3
