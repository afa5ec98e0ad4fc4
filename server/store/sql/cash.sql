-- Money received and given back within a period [$2, $3), by agency, kind and method: phí, lệ phí and
-- financial obligations apart.  $1 agencies whose counter took it.
SELECT (e.payload::jsonb ->> 'agency')::int4, e.kind = 'REFUNDED',
       e.payload::jsonb ->> 'method', count(*),
       sum((e.payload::jsonb ->> 'amount')::int8)::int8,
       sum(coalesce((e.payload::jsonb ->> 'charge')::int8, 0))::int8,
       sum(coalesce((e.payload::jsonb ->> 'duty')::int8, 0))::int8
  FROM motcua.dossier_event e
 WHERE (e.payload::jsonb ->> 'agency')::int4 = ANY ($1::int4[])
   AND e.kind IN ('FIN_PAID', 'REFUNDED') AND e.at >= $2::timestamptz AND e.at < $3::timestamptz
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
