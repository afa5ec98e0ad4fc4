-- For acts that create: only what was answered under the key before.
SELECT i.account, i.body_hash, i.dossier, i.seq, i.assigned, i.answer, c.salt
  FROM (VALUES (1)) AS one
  LEFT JOIN motcua.idempotency i ON i.key = $1::text
  LEFT JOIN motcua.dossier_content c ON c.dossier = i.dossier
