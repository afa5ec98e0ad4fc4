-- Where dossier $1 stands in its register book, for paper $2 (null: any); no row: nowhere.  $3 seconds that an act may be
-- under way, $4, $5, $6 procedures, versions and their fields, $7 entries of a volume, $8 entered at once at most.
SELECT r.field, r.year, r.volume, r.number
  FROM motcua.register_number($1::text, $2::text, make_interval(secs => $3::int4), $4::text[], $5::int4[], $6::text[],
                              $7::int4, $8::int4) r
