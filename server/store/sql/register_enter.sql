-- Enters at most $8 of what unit $1 took in up to $2 (null: all) in its register books, acts being under way at most $3
-- seconds.  $4, $5, $6 procedures, versions and their fields, $7 entries of a volume.  How many it entered.
SELECT motcua.register_enter($1::int4, coalesce($2::timestamptz, 'infinity'), make_interval(secs => $3::int4), $4::text[],
                             $5::int4[], $6::text[], $7::int4, $8::int4)
