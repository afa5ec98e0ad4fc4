-- A page of late dossiers resolved in a period with their states, the newest first: where the time of each went is read from
-- them.  $1 agencies, $2/$3 period, $4/$5 cursor (finish and dossier of the last row, or null), $6 at most, $7 whether the
-- period is over, $8 procedures or null, $9 cells that may be used (as in figures_counts).  The last columns: the names of those
-- who did something to it, how many there are, on whatever page.
SELECT n.dossier, d.version, d.state, n.closed, d.code, d.procedure, n.competent,
       (SELECT json_object_agg(a.id, a.name)::text FROM motcua.account a
         WHERE a.id IN (SELECT e.actor FROM motcua.dossier_event e WHERE e.dossier = n.dossier)), n.n
  FROM (SELECT w.* FROM motcua.figure_newest($1::int4[], $2::timestamptz, $3::timestamptz, $7::bool, $8::text[], true,
                                             $9::int4, $4::timestamptz, $5::int8, $6::int4) w
         ORDER BY w.closed DESC, w.dossier DESC LIMIT $6::int4) n
  JOIN motcua.dossier d ON d.id = n.dossier
 ORDER BY n.closed DESC, n.dossier DESC
