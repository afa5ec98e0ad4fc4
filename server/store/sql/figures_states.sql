-- The newest dossiers resolved in a period, with their states: where their time went is read from them.
-- $1 agencies, $2/$3 period, $4 procedures or null, $5 only late ones, $6 at most.  The last column: how many there are.
SELECT n.dossier, d.version, d.state, n.late, n.n
  FROM (SELECT f.dossier, f.closed, f.closed > f.basis AS late, count(*) OVER () AS n
          FROM motcua.figure_dossier f
         WHERE f.competent = ANY ($1::int4[]) AND f.accepted IS NOT NULL AND f.resolved
           AND f.closed >= $2::timestamptz AND f.closed < $3::timestamptz
           AND ($4::text[] IS NULL OR f.procedure = ANY ($4::text[]))
           AND (NOT $5::bool OR f.closed > f.basis)
         ORDER BY f.closed DESC, f.dossier LIMIT $6::int4) n
  JOIN motcua.dossier d ON d.id = n.dossier
 ORDER BY n.closed DESC, n.dossier
