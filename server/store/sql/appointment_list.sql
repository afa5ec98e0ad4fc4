-- Appointments of a hall ($1) in [$2, $3) that are not cancelled, with the number that each has taken.
SELECT a.id, a.service, a.procedure, a.slot, a.minutes, a.name, a.phone, a.state, t.letter, t.number
  FROM motcua.appointment a LEFT JOIN motcua.ticket t ON t.appointment = a.id
 WHERE a.hall = $1::int4 AND a.slot >= $2::timestamptz AND a.slot < $3::timestamptz
   AND a.state <> 'cancelled'
 ORDER BY a.slot, a.service, a.id LIMIT $4::int4
