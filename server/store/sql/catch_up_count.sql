-- How many rungs fired within a period ($2/$3, the end exclusive) at some agencies ($1), how many of
-- them at least $4 minutes late, and the latest.
SELECT f.clock, f.rung, count(*), count(*) FILTER (WHERE f.late_minutes >= $4::int8),
       max(f.late_minutes)
  FROM motcua.timer_fired f
 WHERE f.fired_at >= $2::timestamptz AND f.fired_at < $3::timestamptz AND f.agency = ANY ($1::int4[])
 GROUP BY f.clock, f.rung ORDER BY f.clock, f.rung
