-- Requests that needed another person's agreement, the newest first, each with what became of it.  $1 agencies that received or
-- resolve the dossiers, $2 kinds of request (numbers), $3/$4 period in which they were asked (the end exclusive), $5 what
-- became of it (asked | agreed | declined | cancelled) or null, $6/$7 cursor (time and dossier of the last row; null: from
-- the newest), $8 limit.  A request still open when its dossier ended without a result is cancelled with it.
SELECT e.at, e.dossier, e.seq, d.code, d.procedure, d.competent, d.receiving, (e.payload::jsonb ->> 'kind')::int4, e.actor,
       e.payload, s.state, c.at, c.actor, c.payload::jsonb ->> 'note'
  FROM unnest(ARRAY['SUPPLEMENT_DRAFTED', 'EXTENSION_REQUESTED', 'REQUESTED']) k(kind)
 CROSS JOIN LATERAL (
       SELECT x.* FROM motcua.dossier_event x
        WHERE x.kind = k.kind AND x.kind IN ('SUPPLEMENT_DRAFTED', 'EXTENSION_REQUESTED', 'REQUESTED')
          AND x.at >= $3::timestamptz AND x.at < $4::timestamptz
          AND ($6::timestamptz IS NULL OR (x.at, x.dossier) < ($6::timestamptz, $7::int8))
          AND coalesce((x.payload::jsonb ->> 'kind')::int4, 0) = ANY ($2::int4[])
          AND NOT x.payload::jsonb ? 'state') e
  JOIN motcua.dossier d ON d.id = e.dossier
   AND (d.competent = ANY ($1::int4[]) OR d.receiving = ANY ($1::int4[]))
  LEFT JOIN LATERAL (
       SELECT y.kind, y.at, y.actor, y.payload FROM motcua.dossier_event y
        WHERE y.dossier = e.dossier AND y.seq > e.seq
          AND y.kind IN ('EXTENSION_APPROVED', 'REQUEST_AGREED', 'REQUEST_DECLINED', 'REQUEST_CANCELLED')
          AND y.payload::jsonb ->> 'request' = e.payload::jsonb ->> 'request'
        ORDER BY y.seq LIMIT 1) c ON true
 CROSS JOIN LATERAL (
       SELECT CASE WHEN c.kind = 'REQUEST_DECLINED' THEN 'declined'
                   WHEN c.kind = 'REQUEST_CANCELLED' THEN 'cancelled'
                   WHEN c.kind IS NOT NULL THEN 'agreed'
                   WHEN EXISTS (SELECT 1 FROM motcua.dossier_event z
                                 WHERE z.dossier = e.dossier AND z.kind IN ('WITHDRAWN', 'STOPPED', 'CLOSED')
                                   AND (e.payload::jsonb ->> 'kind')::int4 <> 7) THEN 'cancelled'
                   ELSE 'asked' END) s(state)
 WHERE $5::text IS NULL OR s.state = $5::text
 ORDER BY e.at DESC, e.dossier DESC FETCH FIRST ($8::int4) ROWS WITH TIES
