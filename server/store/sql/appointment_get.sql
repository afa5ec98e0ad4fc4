-- By the hash of its code; nothing personal.
SELECT a.id, a.hall, a.service, a.procedure, a.slot, a.minutes, a.state, a.booked_at
  FROM motcua.appointment a WHERE a.code_hash = $1::bytea
