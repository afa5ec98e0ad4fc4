-- How many work at each agency, and in which roles (the row with role null: altogether, first).
SELECT a.agency, h.role, count(DISTINCT a.id)
  FROM motcua.account a
  LEFT JOIN motcua.role_held h ON h.account = a.id AND h.agency = a.agency AND now() >= h.valid_from
   AND now() < h.valid_to
 WHERE a.active
 GROUP BY GROUPING SETS ((a.agency), (a.agency, h.role))
HAVING GROUPING(h.role) = 1 OR h.role IS NOT NULL
 ORDER BY a.agency, h.role NULLS FIRST
