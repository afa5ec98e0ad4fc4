-- The items behind one number, by dossier; those of one dossier stay on one page.  $1 to $12 as in figures_items, of one
-- period; $13 the rows of $6, null: any; $14 classes, $15 facts it must have, $16 must not have, $17 channels, as bits;
-- $18 cursor, $19 limit.
SELECT l.dossier, coalesce(d.code, d.submission), l.procedure, l.place, l.receiving, l.channel, l.facts, l.officer,
       (SELECT a.name FROM motcua.account a WHERE a.id = l.officer), l.opened, l.due, l.closed, l.amount
  FROM (
SELECT r.* FROM motcua.figure_items($1::int4[], $2::timestamptz[], $3::int4[], $4::int4[],
                                    make_interval(days => $5::int4)) r
 WHERE ($7::text[] IS NULL OR r.procedure = ANY ($7::text[]))
   AND ($8::int4 < 0 OR r.channel = $8::int4)
   AND ($9::int8 < 0 OR r.officer = $9::int8)
   AND ($10::int4[] IS NULL OR r.receiving = ANY ($10::int4[]))
   AND ($11::text IS NULL OR r.applicant = $11::text)
   AND ($12::int4[] IS NULL OR r.competent = ANY ($12::int4[]))
   AND ((1 << (r.facts & 7)) & $14::int4) <> 0 AND (r.facts & $15::int4) = $15::int4
   AND (r.facts & $16::int4) = 0 AND ((1 << (r.facts >> 4 & 3)) & $17::int4) <> 0
   AND r.dossier > $18::int8
   AND ($13::text[] IS NULL OR CASE $6::int4
        WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN r.officer::text
        WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text WHEN 6 THEN r.applicant WHEN 7 THEN r.competent::text END
       = ANY ($13::text[]))
 ORDER BY r.dossier FETCH FIRST ($19::int4) ROWS WITH TIES) l
  JOIN motcua.dossier d ON d.id = l.dossier
 ORDER BY l.dossier, l.opened, l.no
