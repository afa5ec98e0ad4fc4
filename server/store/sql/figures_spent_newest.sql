-- Where the time of the newest dossiers resolved in a period went (null: not kept yet).  $1 agencies, $2/$3 period, $4 procedures or
-- null, $5 channel, $6 officer (below 0: any), $7 receiving units or null, $8 kind of applicant or null, $9 only late ones, $10 at
-- most, $11 whether the period is over, $12 cells that may be used (as in figures_counts).  The last column: how many there are.
SELECT n.closed, s.version, s.procedure, s.spent, n.n
  FROM (SELECT w.* FROM motcua.figure_newest($1::int4[], $2::timestamptz, $3::timestamptz, $11::bool, $4::text[], $5::int4, $6::int8,
                                             $7::int4[], $8::text, $9::bool, $12::int4, NULL, NULL, $10::int4) w
         ORDER BY w.closed DESC, w.dossier LIMIT $10::int4) n
  LEFT JOIN motcua.figure_spent s ON s.dossier = n.dossier
 ORDER BY n.closed DESC, n.dossier
