-- The same for several agencies.
SELECT count(*), count(*) FILTER (WHERE t.due < $2::timestamptz),
       count(*) FILTER (WHERE t.due >= $2::timestamptz AND t.due < $3::timestamptz),
       count(*) FILTER (WHERE t.due >= $3::timestamptz AND t.due < $4::timestamptz),
       count(*) FILTER (WHERE t.received IS NULL)
  FROM motcua.task t
 WHERE t.agency = ANY ($1::int4[])
   AND ($5::text IS NULL OR t.procedure = $5::text)
   AND ($6::text IS NULL OR t.step = $6::text)
