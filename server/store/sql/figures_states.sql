-- The newest dossiers resolved in a period, with their states: where their time went is read from them.
-- $1 agencies, $2/$3 period, $4 procedures or null, $5 only late ones, $6 at most, $7 whether the period is over, $8 cells
-- that may be used (as in figures_counts).  The last column: how many there are.
SELECT n.dossier, d.version, d.state, n.late, n.n
  FROM (SELECT w.* FROM motcua.figure_newest($1::int4[], $2::timestamptz, $3::timestamptz, $7::bool, $4::text[], $5::bool,
                                             $8::int4, NULL, NULL, $6::int4) w
         ORDER BY w.closed DESC, w.dossier LIMIT $6::int4) n
  JOIN motcua.dossier d ON d.id = n.dossier
 ORDER BY n.closed DESC, n.dossier
