-- Waiting and service by service and by hour of issue, for halls $1, days [$2, $3): seconds, whole numbers.
WITH t AS (
    SELECT t.hall, t.service, extract(hour FROM t.issued_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int4 AS hour,
           t.state, extract(epoch FROM t.first_called_at - greatest(t.issued_at, t.since))::int4 AS waited,
           CASE WHEN t.state = 'done' THEN extract(epoch FROM t.ended_at - t.served_at)::int4 END AS served,
           t.dossier
      FROM motcua.ticket t
     WHERE t.hall = $1::int4 AND t.day >= $2::date AND t.day < $3::date)
SELECT t.service, t.hour, count(*), count(t.waited), count(*) FILTER (WHERE t.state = 'done'),
       count(*) FILTER (WHERE t.state = 'absent'), count(*) FILTER (WHERE t.state = 'cancelled'),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY greatest(t.waited, 0)) FILTER (WHERE t.waited IS NOT NULL),
       percentile_disc(0.9) WITHIN GROUP (ORDER BY greatest(t.waited, 0)) FILTER (WHERE t.waited IS NOT NULL),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY t.served) FILTER (WHERE t.served IS NOT NULL),
       percentile_disc(0.9) WITHIN GROUP (ORDER BY t.served) FILTER (WHERE t.served IS NOT NULL),
       count(t.dossier)
  FROM t
 GROUP BY GROUPING SETS ((), (t.service), (t.hour), (t.service, t.hour))
 ORDER BY t.service NULLS FIRST, t.hour NULLS FIRST
