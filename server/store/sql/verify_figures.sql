-- What figures are counted from, against what it is made of: rows of figure_dossier that are not what dossier and
-- ledgers say (their number; without those that follow in a moment), then cells that a recount of the settled rows does not give (agency, half month,
-- or day, procedure, stored, counted), then cells of what is open (3000000 + half month) that the rows do not give.
WITH recount AS (
    SELECT c.* FROM motcua.figure_years() y CROSS JOIN LATERAL motcua.figure_year(y.first) c),
stored AS (
    SELECT k.span, k.place, k.other, k.since, k.facts, k.classes, k.procedure, k.applicant, sum(k.n) AS n
      FROM (SELECT c.* FROM motcua.figure_cell c UNION ALL SELECT u.* FROM motcua.figure_undo u) k
     -- nor does the whole tell such a pair any more
     WHERE k.procedure IS DISTINCT FROM '' OR NOT EXISTS (SELECT FROM motcua.figure_usual u WHERE u.place = k.place AND u.other = k.other)
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8),
-- before a unit became a usual one, cells of procedures told it apart: both are the same then
cells AS (
    SELECT k.span, k.procedure, CASE WHEN k.procedure IS NULL THEN k.place END AS place, k.since, k.facts, k.classes,
           k.applicant, sum(k.stored) AS stored, sum(k.counted) AS counted
      FROM (SELECT s.*, s.n AS stored, 0 AS counted FROM stored s
             UNION ALL
            SELECT r.*, 0, r.n FROM recount r) k
     GROUP BY 1, 2, 3, 4, 5, 6, 7, CASE WHEN k.procedure IS NULL THEN k.other
                                        WHEN NOT EXISTS (SELECT FROM motcua.figure_usual u
                                              WHERE u.place = k.place AND u.other = k.other) THEN k.place END)
(SELECT coalesce(f.dossier, r.dossier), NULL, NULL, NULL, NULL, NULL
  FROM motcua.figure_dossier f
  FULL JOIN motcua.figure_recount r ON r.dossier = f.dossier
 WHERE f.* IS DISTINCT FROM r.*
   AND NOT EXISTS (SELECT FROM motcua.figure_behind b WHERE b.dossier = coalesce(f.dossier, r.dossier))
 LIMIT $1::int4)
 UNION ALL
(SELECT NULL, c.place::text, c.span::text, c.procedure, c.stored::text, c.counted::text
  FROM cells c WHERE c.stored <> c.counted
 ORDER BY c.span, c.place, c.procedure LIMIT $1::int4)
 UNION ALL
(SELECT NULL, NULL, (3000000 + coalesce(nullif(k.since, 0), k.first))::text, '', sum(k.stored)::text, sum(k.counted)::text
  FROM (SELECT c.since, c.first, c.place, c.other, c.facts, c.original, c.basis, c.current, c.n AS stored, 0 AS counted
          FROM motcua.figure_open_cell c
         UNION ALL
        SELECT o.*, 0, 1 FROM motcua.figure_dossier f CROSS JOIN LATERAL motcua.figure_open_key(f) o WHERE f.closed IS NULL) k
 WHERE NOT EXISTS (SELECT FROM motcua.figure_usual u WHERE u.place = k.place AND u.other = k.other)
 GROUP BY k.since, k.first, k.place, k.other, k.facts, k.original, k.basis, k.current
HAVING sum(k.stored) <> sum(k.counted)
 LIMIT $1::int4)
