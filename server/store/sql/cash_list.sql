-- Each payment and refund behind the totals of cash.sql, by time.  $1 agencies, [$2, $3) period, $4
-- method or null, $5 refunds only, payments only or null, $6/$7 cursor (time and dossier of the last
-- row, or null), $8 limit.
SELECT e.at, e.dossier, d.code, d.procedure, (e.payload::jsonb ->> 'agency')::int4,
       e.kind = 'REFUNDED', e.payload::jsonb ->> 'method',
       coalesce(e.assigned, e.payload::jsonb ->> 'reference'),
       (e.payload::jsonb ->> 'amount')::int8, coalesce((e.payload::jsonb ->> 'charge')::int8, 0),
       coalesce((e.payload::jsonb ->> 'duty')::int8, 0), e.actor, e.assigned IS NOT NULL
  FROM motcua.dossier_event e
  JOIN motcua.dossier d ON d.id = e.dossier
 WHERE (e.payload::jsonb ->> 'agency')::int4 = ANY ($1::int4[])
   AND e.kind IN ('FIN_PAID', 'REFUNDED') AND e.at >= $2::timestamptz AND e.at < $3::timestamptz
   AND ($4::text IS NULL OR e.payload::jsonb ->> 'method' = $4::text)
   AND ($5::bool IS NULL OR (e.kind = 'REFUNDED') = $5::bool)
   AND ($6::timestamptz IS NULL OR (e.at, e.dossier) > ($6::timestamptz, $7::int8))
 ORDER BY e.at, e.dossier FETCH FIRST ($8::int4) ROWS WITH TIES
