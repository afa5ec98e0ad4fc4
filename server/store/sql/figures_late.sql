-- A page of late dossiers resolved in a period with their states, the newest first.  $1 agencies, $2/$3 period, $4 procedures or null,
-- $5 channel, $6 officer (below 0: any), $7 receiving units or null, $8 kind of applicant or null, $9/$10 cursor (finish and dossier of
-- the last row, or null), $11 at most, $12 whether the period is over, $13 cells that may be used (as in figures_counts).  The last
-- columns: the names of those who did something to it, how many there are, on whatever page, and where the time of each went (null:
-- not kept yet, it is read from the state).
SELECT n.dossier, d.version, d.state, n.closed, d.code, d.procedure, n.competent,
       (SELECT json_object_agg(a.id, a.name)::text FROM motcua.account a
         WHERE a.id IN (SELECT e.actor FROM motcua.dossier_event e WHERE e.dossier = n.dossier)), n.n,
       (SELECT s.spent FROM motcua.figure_spent s WHERE s.dossier = n.dossier)
  FROM (SELECT w.* FROM motcua.figure_newest($1::int4[], $2::timestamptz, $3::timestamptz, $12::bool, $4::text[], $5::int4, $6::int8,
                                             $7::int4[], $8::text, true, $13::int4, $9::timestamptz, $10::int8, $11::int4) w
         ORDER BY w.closed DESC, w.dossier DESC LIMIT $11::int4) n
  JOIN motcua.dossier d ON d.id = n.dossier
 ORDER BY n.closed DESC, n.dossier DESC
