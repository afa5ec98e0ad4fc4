-- Brief: What an act needs, in one row always: the dossier by its code, and what was answered
-- under the idempotency key before (its salt, for the secret of a repeated acceptance).
SELECT d.id, d.seq, d.head, d.code, d.number, d.submission, d.supplemented, d.state,
       i.account, i.body_hash, i.dossier, i.seq, i.assigned, i.answer, c.salt
  FROM (VALUES (1)) AS one
  LEFT JOIN motcua.dossier d ON d.code = $1::text
  LEFT JOIN motcua.idempotency i ON i.key = $2::text
  LEFT JOIN motcua.dossier_content c ON c.dossier = i.dossier
