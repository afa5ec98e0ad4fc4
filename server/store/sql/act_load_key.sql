-- For acts that create: what was answered under the key before, and the dossier whose chain of
-- attempts this one goes on with ($2 chain, $3 since when): the last of the chain, if it was
-- never accepted and an attempt of it was decided since then; and one of the same owner and procedure
-- that is still under way.
SELECT i.account, i.body_hash, i.dossier, i.seq, i.assigned, i.answer, c.salt, p.id, q.code
  FROM (VALUES (1)) AS one
  LEFT JOIN motcua.idempotency i ON i.key = $1::text
  LEFT JOIN motcua.dossier_content c ON c.dossier = i.dossier
  LEFT JOIN LATERAL (
       SELECT l.id, l.accepted FROM motcua.dossier l
        WHERE l.chain = $2::bytea ORDER BY l.submitted DESC LIMIT 1) p
    ON p.accepted IS NULL AND EXISTS (
       SELECT FROM motcua.dossier_event e
        WHERE e.dossier = p.id AND e.kind = 'ATTEMPT_DECIDED' AND e.at >= $3::timestamptz)
  LEFT JOIN LATERAL (
       SELECT l.code FROM motcua.dossier l
        WHERE l.chain = $2::bytea AND l.closed IS NULL AND l.accepted IS NOT NULL AND l.finished IS NULL
          AND l.ended IS NULL
        ORDER BY l.submitted DESC LIMIT 1) q ON true
