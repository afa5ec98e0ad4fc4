-- How many are booked in each slot of a service ($2) of a hall ($1) within a day.
SELECT a.slot, count(*) FROM motcua.appointment a
 WHERE a.hall = $1::int4 AND a.service = $2::text AND a.slot >= $3::timestamptz
   AND a.slot < $4::timestamptz AND a.state <> 'cancelled'
 GROUP BY a.slot
