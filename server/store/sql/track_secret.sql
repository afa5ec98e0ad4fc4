-- The same of track.sql by the secret alone: sixteen signs say which dossier.
SELECT t.code, t.track_hash, t.status, t.procedure, t.version, t.receiving, t.competent,
       t.accepted, t.current_due, t.finished, t.returned, t.step, t.awaited, t.missing
  FROM motcua.tracking t WHERE t.track_hash = $1::bytea
