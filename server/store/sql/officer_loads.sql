-- Officers of an agency with a role, and how much each has open.
SELECT a.id, a.absent_until, coalesce(t.open_tasks, 0), t.last
  FROM motcua.role_held h
  JOIN motcua.account a ON a.id = h.account AND a.active
  LEFT JOIN LATERAL (SELECT count(*) AS open_tasks, max(k.opened) AS last FROM motcua.task k
                      WHERE k.officer = a.id AND k.officer <> 0) t ON true
 WHERE h.agency = $1::int4 AND h.role = $2::int4
   AND now() >= h.valid_from AND now() < h.valid_to
 ORDER BY a.id
