-- The same by submission id; the salt is needed when it is accepted.
SELECT d.id, d.seq, d.head, d.code, d.number, d.submission, d.supplemented, d.state,
       i.account, i.body_hash, i.dossier, i.seq, i.assigned, i.answer, c.salt
  FROM (VALUES (1)) AS one
  LEFT JOIN motcua.dossier d ON d.submission = $1::text
  LEFT JOIN motcua.idempotency i ON i.key = $2::text
  LEFT JOIN motcua.dossier_content c ON c.dossier = coalesce(d.id, i.dossier)
