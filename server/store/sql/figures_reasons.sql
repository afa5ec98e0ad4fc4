-- Why something was asked for, turned away, refused or put off, by procedure and code of the reason.  $1 agencies, $2/$3
-- period, $4 procedures or null, $5 channel, $6 officer (below 0: any): who asked for it, who decided the first attempt, who handled what
-- was refused, $7 receiving units or null, $8 kind of applicant or null.  Each reason named counts; without one the code is null.
SELECT r.what, r.procedure, r.reason, count(*), count(DISTINCT r.dossier)
  FROM (
SELECT 'supplement' AS what, f.procedure, x.reason, f.dossier
  FROM motcua.dossier_event e
  JOIN motcua.figure_dossier f ON f.dossier = e.dossier AND f.competent = ANY ($1::int4[])
  LEFT JOIN LATERAL jsonb_array_elements_text(e.payload::jsonb -> 'reasons') x(reason) ON true
 WHERE e.kind = 'SUPPLEMENT_SENT' AND e.at >= $2::timestamptz AND e.at < $3::timestamptz
   AND e.kind IN ('SUPPLEMENT_SENT', 'DUE_ADJUSTED', 'EXCLUSION_STARTED', 'SUSPENDED', 'CONSULT_SENT',
                  'FIN_REQUESTED', 'CASE_CHANGED', 'LATE_ENTRY', 'WITHDRAWN', 'STOPPED', 'CLOSED',
                  'CORRECTED', 'REFUNDED')
   AND motcua.figure_asked(f, $4::text[], $5::int4, -1, $7::int4[], $8::text)
   AND ($6::int8 < 0 OR $6::int8 = (
        SELECT i.officer FROM motcua.figure_item i
         WHERE i.dossier = e.dossier AND i.kind = 2 AND i.no = (e.payload::jsonb ->> 'request')::bigint))
UNION ALL
SELECT 'apology', f.procedure, e.payload::jsonb ->> 'reason', f.dossier
  FROM motcua.dossier_event e
  JOIN motcua.figure_dossier f ON f.dossier = e.dossier AND f.competent = ANY ($1::int4[])
 WHERE e.kind = 'DUE_ADJUSTED' AND e.at >= $2::timestamptz AND e.at < $3::timestamptz
   AND e.payload LIKE '%"request":%'
   AND e.kind IN ('SUPPLEMENT_SENT', 'DUE_ADJUSTED', 'EXCLUSION_STARTED', 'SUSPENDED', 'CONSULT_SENT',
                  'FIN_REQUESTED', 'CASE_CHANGED', 'LATE_ENTRY', 'WITHDRAWN', 'STOPPED', 'CLOSED',
                  'CORRECTED', 'REFUNDED')
   AND motcua.figure_asked(f, $4::text[], $5::int4, -1, $7::int4[], $8::text)
   AND ($6::int8 < 0 OR $6::int8 = (
        SELECT i.officer FROM motcua.figure_item i
         WHERE i.dossier = e.dossier AND i.kind = 8 AND i.no = (e.payload::jsonb ->> 'request')::bigint))
UNION ALL
SELECT CASE (e.payload::jsonb ->> 'outcome') WHEN 'rejected' THEN 'rejected' ELSE 'returned' END,
       f.procedure, x.reason, f.dossier
  FROM motcua.figure_dossier f
 CROSS JOIN LATERAL (
       SELECT v.payload, v.actor FROM motcua.dossier_event v
        WHERE v.dossier = f.dossier AND v.kind = 'ATTEMPT_DECIDED' ORDER BY v.seq LIMIT 1) e
  LEFT JOIN LATERAL jsonb_array_elements_text(e.payload::jsonb -> 'reasons') x(reason) ON true
 WHERE f.receiving = ANY ($1::int4[]) AND NOT f.first_accepted
   AND f.first_decided >= $2::timestamptz AND f.first_decided < $3::timestamptz
   AND motcua.figure_asked(f, $4::text[], $5::int4, -1, $7::int4[], $8::text)
   AND ($6::int8 < 0 OR e.actor = $6::int8)
UNION ALL
SELECT 'refused', f.procedure, e.reason, f.dossier
  FROM motcua.figure_dossier f
  LEFT JOIN LATERAL (
       SELECT v.payload::jsonb ->> 'reason' AS reason FROM motcua.dossier_event v
        WHERE v.dossier = f.dossier AND v.kind = 'REFUSED' ORDER BY v.seq DESC LIMIT 1) e ON true
 WHERE f.competent = ANY ($1::int4[]) AND f.accepted IS NOT NULL AND f.resolved AND f.refused
   AND f.closed >= $2::timestamptz AND f.closed < $3::timestamptz
   AND motcua.figure_asked(f, $4::text[], $5::int4, $6::int8, $7::int4[], $8::text)) r
 GROUP BY 1, 2, 3
 ORDER BY 1, 4 DESC, 2, 3 LIMIT 2000
