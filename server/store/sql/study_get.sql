-- One study of this person, with its result.
SELECT s.id, s.question, s.begun, s.seen,
       CASE WHEN s.state = 'running' AND s.seen < clock_timestamp() - interval '30 seconds' THEN 'abandoned' ELSE s.state END,
       s.looked, s.of_n, s.fault, s.result
  FROM motcua.study s WHERE s.author = $1::int8 AND s.id = $2::int8
