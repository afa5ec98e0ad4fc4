-- What the public may learn of one code; the caller compares the secret.
SELECT t.code, t.track_hash, t.status, t.procedure, t.version, t.receiving, t.competent,
       t.accepted, t.current_due, t.finished, t.returned, t.step, t.awaited, t.missing
  FROM motcua.tracking t WHERE t.code = $1::text
