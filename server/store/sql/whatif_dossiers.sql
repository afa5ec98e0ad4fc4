-- The dossiers in the work of a period, the newest of them first: $1 agencies, $2 bounds, $3 known at, $4 whether
-- that is past, $5 bodies of agencies, $6 procedures or null, $7 at most.  The last column: how many there are.
SELECT w.dossier, w.facts, count(*) OVER ()
  FROM motcua.figure_work($1::int4[], $2::timestamptz[], 1, $3::timestamptz, $4::bool, $5::int4[]) w
 WHERE $6::text[] IS NULL OR w.procedure = ANY ($6::text[])
 ORDER BY w.accepted DESC, w.dossier LIMIT $7::int4
