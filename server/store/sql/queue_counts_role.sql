-- The same for one agency and role.
SELECT count(*), count(*) FILTER (WHERE t.due < $3::timestamptz),
       count(*) FILTER (WHERE t.due >= $3::timestamptz AND t.due < $4::timestamptz),
       count(*) FILTER (WHERE t.due >= $4::timestamptz AND t.due < $5::timestamptz),
       count(*) FILTER (WHERE t.received IS NULL)
  FROM motcua.task t
 WHERE t.agency = $1::int4 AND t.role = $2::int4
   AND ($6::text IS NULL OR t.procedure = $6::text)
   AND ($7::text IS NULL OR t.step = $7::text)
