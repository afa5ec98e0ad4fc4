-- Dossiers with a result that have no marks yet, at most $1, with their states: marks are read from them.
SELECT u.dossier, d.version, d.state, d.competent
  FROM (SELECT q.dossier FROM motcua.index_unmarked q ORDER BY q.dossier LIMIT $1::int4) u
  LEFT JOIN motcua.dossier d ON d.id = u.dossier
 ORDER BY u.dossier
