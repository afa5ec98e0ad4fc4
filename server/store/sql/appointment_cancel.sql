SELECT c.outcome, c.id FROM motcua.appointment_cancel($1::bytea, $2::timestamptz) c
