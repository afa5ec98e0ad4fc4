-- A page of dossiers resolved in a period with their states, the newest first: marks are read from them.  $1 agencies,
-- $2/$3 period, $4/$5 cursor (finish and dossier of the last row, or null), $6 at most, $7 whether the period is over,
-- $8 cells that may be used (as in figures_counts).  The last column: how many there are, on whatever page.
SELECT n.dossier, d.version, d.state, n.competent, n.closed, n.n
  FROM (SELECT w.* FROM motcua.figure_newest($1::int4[], $2::timestamptz, $3::timestamptz, $7::bool, NULL, false,
                                             $8::int4, $4::timestamptz, $5::int8, $6::int4) w
         ORDER BY w.closed DESC, w.dossier DESC LIMIT $6::int4) n
  JOIN motcua.dossier d ON d.id = n.dossier
 ORDER BY n.closed DESC, n.dossier DESC
