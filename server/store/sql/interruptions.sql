-- What interrupted dossiers of some agencies within a period, the newest first.  $1 agencies that received or resolve them,
-- $2 kinds of event, $3/$4 period (the end exclusive), $5 only what the rules do not allow by
-- themselves, $6/$7 cursor (time and dossier of the last row; null: from the newest), $8 limit.
SELECT e.at, e.dossier, e.seq, d.code, d.procedure, d.competent, e.kind, e.actor, e.agency, e.payload
  FROM unnest($2::text[]) k(kind)
 CROSS JOIN LATERAL (
       SELECT x.* FROM motcua.dossier_event x
        WHERE x.kind = k.kind
          AND x.kind IN ('SUPPLEMENT_SENT', 'DUE_ADJUSTED', 'EXCLUSION_STARTED', 'SUSPENDED',
                         'CONSULT_SENT', 'FIN_REQUESTED', 'CASE_CHANGED', 'LATE_ENTRY', 'WITHDRAWN',
                         'STOPPED', 'CLOSED', 'CORRECTED', 'REFUNDED', 'FIN_UNMATCHED')
          AND x.at >= $3::timestamptz AND x.at < $4::timestamptz
          AND ($6::timestamptz IS NULL OR (x.at, x.dossier) < ($6::timestamptz, $7::int8))
          AND (NOT $5::bool OR x.payload ~ '"(late|extra|overdue)":true')
        ORDER BY x.at DESC, x.dossier DESC) e
  JOIN motcua.dossier d ON d.id = e.dossier
   AND (d.competent = ANY ($1::int4[]) OR d.receiving = ANY ($1::int4[]))
 ORDER BY e.at DESC, e.dossier DESC FETCH FIRST ($8::int4) ROWS WITH TIES
