-- One dossier by its number, for what it tells another one: its state and what was submitted.
SELECT d.id, d.seq, d.head, d.code, d.number, d.state, c.body
  FROM motcua.dossier d
  LEFT JOIN motcua.dossier_content c ON c.dossier = d.id
 WHERE d.id = $1::int8
