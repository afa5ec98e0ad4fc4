-- What a receiving unit decided first attempts of since $2, by procedure, the most frequent first.
SELECT f.procedure, count(*)
  FROM motcua.figure_dossier f
 WHERE f.receiving = $1::int4 AND f.first_decided >= $2::timestamptz
 GROUP BY f.procedure ORDER BY count(*) DESC, f.procedure LIMIT $3::int4
