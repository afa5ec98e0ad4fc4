-- How many of each kind there were, and how many of them the rules do not allow by themselves;
-- arguments $1 to $4 as in interruptions.
SELECT k.kind, count(d.id), count(d.id) FILTER (WHERE e.payload ~ '"late":true'),
       count(d.id) FILTER (WHERE e.payload ~ '"extra":true'),
       count(d.id) FILTER (WHERE e.payload ~ '"overdue":true')
  FROM unnest($2::text[]) WITH ORDINALITY k(kind, ord)
  LEFT JOIN motcua.dossier_event e ON e.kind = k.kind AND e.at >= $3::timestamptz
       AND e.at < $4::timestamptz
       AND e.kind IN ('SUPPLEMENT_SENT', 'DUE_ADJUSTED', 'EXCLUSION_STARTED', 'SUSPENDED',
                      'CONSULT_SENT', 'FIN_REQUESTED', 'CASE_CHANGED', 'LATE_ENTRY', 'WITHDRAWN',
                      'STOPPED', 'CLOSED', 'CORRECTED', 'REFUNDED', 'FIN_UNMATCHED')
  LEFT JOIN motcua.dossier d ON d.id = e.dossier
       AND (d.competent = ANY ($1::int4[]) OR d.receiving = ANY ($1::int4[]))
 GROUP BY k.kind, k.ord
 ORDER BY k.ord
