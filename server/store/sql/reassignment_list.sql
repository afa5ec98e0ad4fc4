-- What came of a plan, item by item.
SELECT i.code, i.task, i.outcome, a.login, a.name
  FROM motcua.reassignment_item i
  LEFT JOIN LATERAL (SELECT p.login, p.name FROM motcua.account p
                      WHERE p.id = i.officer OFFSET 0) a ON true
 WHERE i.reassignment = $1::int8 ORDER BY i.code, i.task
