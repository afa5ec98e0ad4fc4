-- Whose it is, for whoever wants to cancel it.
SELECT b.account, a.agency, b.ended_at
  FROM motcua.absence b
  LEFT JOIN LATERAL (SELECT p.agency FROM motcua.account p WHERE p.id = b.account OFFSET 0) a ON true
 WHERE b.id = $1::int8
