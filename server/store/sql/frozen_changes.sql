-- Dossiers whose facts within a period are others as known at $8 than as known at $4, with what happened to them
-- in between; and late entries and corrections of that time, which may count elsewhere.  $1 agencies, $2/$7 bounds,
-- $3 date judged by, $4/$8 known at, $5/$9 whether the bound is past, $6 bodies of agencies, then what all must have,
-- null or -1 for any: $10 procedures, $11 channel, $12 receiving units, $13 kind of applicant; $14 at most.
-- The last column: how many there are.
WITH a AS (
    SELECT w.dossier, w.facts, w.place, w.procedure, w.channel, w.receiving, w.applicant
      FROM motcua.figure_work($1::int4[], $2::timestamptz[], $3::int4, $4::timestamptz, $5::bool, $6::int4[]) w
     UNION ALL
    SELECT f.dossier, f.facts, f.place, f.procedure, f.channel, f.receiving, f.applicant
      FROM motcua.figure_first($1::int4[], $2::timestamptz[], $4::timestamptz, $6::int4[]) f),
b AS (
    SELECT w.dossier, w.facts, w.place, w.procedure, w.channel, w.receiving, w.applicant
      FROM motcua.figure_work($1::int4[], $7::timestamptz[], $3::int4, $8::timestamptz, $9::bool, $6::int4[]) w
     UNION ALL
    SELECT f.dossier, f.facts, f.place, f.procedure, f.channel, f.receiving, f.applicant
      FROM motcua.figure_first($1::int4[], $7::timestamptz[], $8::timestamptz, $6::int4[]) f),
moved AS (
    SELECT coalesce(a.dossier, b.dossier) AS dossier, a.facts AS before, b.facts AS after,
           a.place AS place_before, b.place AS place_after,
           coalesce(b.procedure, a.procedure) AS procedure, coalesce(b.channel, a.channel) AS channel,
           coalesce(b.receiving, a.receiving) AS receiving, coalesce(b.applicant, a.applicant) AS applicant
      FROM a FULL JOIN b ON b.dossier = a.dossier AND (b.facts >= 1 << 30) = (a.facts >= 1 << 30)
     WHERE (a.facts, a.place) IS DISTINCT FROM (b.facts, b.place)),
late AS (
    SELECT f.dossier, NULL::integer, NULL::integer, NULL::integer, NULL::integer, f.procedure, f.channel,
           f.receiving, f.applicant
      FROM motcua.dossier_event e
      JOIN motcua.figure_dossier f ON f.dossier = e.dossier AND f.competent = ANY ($1::int4[])
     WHERE e.kind IN ('LATE_ENTRY', 'CORRECTED') AND e.at >= $4::timestamptz AND e.at < $8::timestamptz
       AND e.kind IN ('SUPPLEMENT_SENT', 'DUE_ADJUSTED', 'EXCLUSION_STARTED', 'SUSPENDED', 'CONSULT_SENT',
                      'FIN_REQUESTED', 'CASE_CHANGED', 'LATE_ENTRY', 'WITHDRAWN', 'STOPPED', 'CLOSED',
                      'CORRECTED', 'REFUNDED')
       AND NOT EXISTS (SELECT FROM moved m WHERE m.dossier = e.dossier)),
r AS (
    SELECT x.*, count(*) OVER () AS n FROM (SELECT m.* FROM moved m UNION SELECT l.* FROM late l) x
     WHERE ($10::text[] IS NULL OR x.procedure = ANY ($10::text[])) AND ($11::int4 < 0 OR x.channel = $11::int4)
       AND ($12::int4[] IS NULL OR x.receiving = ANY ($12::int4[]))
       AND ($13::text IS NULL OR x.applicant = $13::text)
     ORDER BY x.dossier, x.after LIMIT $14::int4)
SELECT r.dossier, coalesce(d.code, d.submission), r.procedure, r.before, r.after, r.place_before, r.place_after,
       e.seq, e.kind, e.at, r.n
  FROM r
  JOIN motcua.dossier d ON d.id = r.dossier
 CROSS JOIN LATERAL (
       SELECT array_agg(v.seq ORDER BY v.seq) AS seq, array_agg(v.kind ORDER BY v.seq) AS kind,
              array_agg((extract(epoch FROM v.at) * 1000000)::int8 ORDER BY v.seq) AS at
         FROM (SELECT k.seq, k.kind, k.at FROM motcua.dossier_event k
                WHERE k.dossier = r.dossier AND k.at >= $4::timestamptz AND k.at < $8::timestamptz
                  AND k.kind NOT IN ('REMINDED', 'NOTED', 'RELATIVE_DECLARED', 'NOBODY_LEFT', 'SLIP_ISSUED', 'FILE_ATTACHED', 'CLAIMED', 'ASSIGNED')
                ORDER BY k.seq LIMIT 20) v) e
 ORDER BY r.dossier, r.after
