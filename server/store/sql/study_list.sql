-- The newest studies of this person, without results.
SELECT s.id, s.question, s.begun, s.seen,
       CASE WHEN s.state = 'running' AND s.seen < clock_timestamp() - interval '30 seconds' THEN 'abandoned' ELSE s.state END,
       s.looked, s.of_n, s.fault, NULL::text
  FROM motcua.study s WHERE s.author = $1::int8 ORDER BY s.id DESC LIMIT $2::int4
