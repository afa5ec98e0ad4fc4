-- Who works where and as what, now.
SELECT h.agency, h.role, a.id, a.absent_until
  FROM motcua.role_held h JOIN motcua.account a ON a.id = h.account AND a.active
 WHERE now() >= h.valid_from AND now() < h.valid_to
 ORDER BY h.agency, h.role, a.id
