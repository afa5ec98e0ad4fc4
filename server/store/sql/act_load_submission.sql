-- The same by submission id; the salt is needed when it is accepted.  Another one of the same owner
-- and procedure that is still under way.
SELECT d.id, d.seq, d.head, d.code, d.number, d.submission, d.supplemented, d.state,
       i.account, i.body_hash, i.dossier, i.seq, i.assigned, i.answer, c.salt,
       q.code
  FROM (VALUES (1)) AS one
  LEFT JOIN motcua.dossier d ON d.submission = $1::text
  LEFT JOIN motcua.idempotency i ON i.key = $2::text
  LEFT JOIN motcua.dossier_content c ON c.dossier = coalesce(d.id, i.dossier)
  LEFT JOIN LATERAL (
       SELECT l.code FROM motcua.dossier l
        WHERE l.chain = d.chain AND l.id <> d.id AND l.closed IS NULL AND l.accepted IS NOT NULL AND l.finished IS NULL
          AND l.ended IS NULL
        ORDER BY l.submitted DESC LIMIT 1) q ON true
