-- One of the list of a day, for the desk: the columns of appointment_get.
SELECT a.id, a.hall, a.service, a.procedure, a.slot, a.minutes, a.state, a.booked_at
  FROM motcua.appointment a WHERE a.id = $1::int8
