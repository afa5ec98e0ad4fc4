-- A page of dossiers resolved in a period with their states, the newest first: marks are read from them.  $1 agencies,
-- $2/$3 period, $4/$5 cursor (finish and dossier of the last row, or null), $6 at most.  The last column: how many are left.
SELECT n.dossier, d.version, d.state, n.competent, n.closed, n.n
  FROM (SELECT f.dossier, f.closed, f.competent, count(*) OVER () AS n
          FROM motcua.figure_dossier f
         WHERE f.competent = ANY ($1::int4[]) AND f.accepted IS NOT NULL AND f.resolved
           AND f.closed >= $2::timestamptz AND f.closed < $3::timestamptz
           AND ($4::timestamptz IS NULL OR (f.closed, f.dossier) < ($4::timestamptz, $5::int8))
         ORDER BY f.closed DESC, f.dossier DESC LIMIT $6::int4) n
  JOIN motcua.dossier d ON d.id = n.dossier
 ORDER BY n.closed DESC, n.dossier DESC
