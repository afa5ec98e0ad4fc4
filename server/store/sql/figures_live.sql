-- Figures from the rollup for whole months up to now, judged by the basis date; the columns of
-- figures_as_of.  $1 agencies, $2 procedure or null, $3/$4 first month and month after the last of each
-- period, $5/$6 the same as instants, $7/$8 one row an agency / a procedure, $9 now.
-- What came before a period and is still there follows from the sums of all months before.
-- Statuses 10, 11, 12 and 16 stand still (common/dossier: waiting); what was late when it stopped is late.
-- Within, overdue and waiting are counted from the open dossiers, so they are known for a period that reaches
-- now; for others they are null.  accepted (of the first submissions) is not kept by month: null.
WITH period AS (
    SELECT p.n::int4 AS n, p.m0, p.m1, p.since, p.until
      FROM unnest($3::int4[], $4::int4[], $5::timestamptz[], $6::timestamptz[])
               WITH ORDINALITY p(m0, m1, since, until, n)),
cell AS (
    SELECT p.n, CASE WHEN $7::bool THEN r.agency END AS agency,
           CASE WHEN $8::bool THEN r.procedure END AS procedure,
           sum(r.received_online) FILTER (WHERE r.month >= p.m0) AS online,
           sum(r.received_other) FILTER (WHERE r.month >= p.m0) AS direct,
           sum(r.received_online + r.received_other - r.resolved_early - r.resolved_on_time
               - r.resolved_late - r.ended_other) FILTER (WHERE r.month < p.m0) AS carried,
           sum(r.resolved_early) FILTER (WHERE r.month >= p.m0) AS early,
           sum(r.resolved_on_time) FILTER (WHERE r.month >= p.m0) AS on_time,
           sum(r.resolved_late) FILTER (WHERE r.month >= p.m0) AS late,
           sum(r.first_decided) FILTER (WHERE r.month >= p.m0) AS decided,
           sum(r.first_accepted) FILTER (WHERE r.month >= p.m0) AS accepted_first,
           sum(r.valid_first) FILTER (WHERE r.month >= p.m0) AS valid,
           sum(r.supplemented) FILTER (WHERE r.month >= p.m0) AS supplemented
      FROM period p
      JOIN motcua.figure_month r ON r.agency = ANY ($1::int4[]) AND r.month < p.m1
     WHERE ($2::text IS NULL OR r.procedure = $2::text)
     GROUP BY 1, 2, 3),
gone AS (
    SELECT p.n, CASE WHEN $7::bool THEN d.competent END AS agency,
           CASE WHEN $8::bool THEN d.procedure END AS procedure, count(*) AS ended,
           count(*) FILTER (WHERE d.accepted >= p.since AND d.channel = 1) AS online,
           count(*) FILTER (WHERE d.accepted >= p.since AND d.channel <> 1) AS direct,
           count(*) FILTER (WHERE d.accepted < p.since) AS carried
      FROM period p
      JOIN motcua.dossier d ON d.competent = ANY ($1::int4[]) AND d.accepted IS NOT NULL
           AND d.finished IS NULL AND d.ended >= p.since AND d.ended < p.until
     WHERE ($2::text IS NULL OR d.procedure = $2::text)
     GROUP BY 1, 2, 3),
open AS (
    SELECT p.n, CASE WHEN $7::bool THEN d.competent END AS agency,
           CASE WHEN $8::bool THEN d.procedure END AS procedure,
           count(*) FILTER (WHERE d.basis_due >= $9::timestamptz AND u.at IS NULL) AS within,
           count(*) FILTER (WHERE d.basis_due >= u.at) AS waiting,
           count(*) FILTER (WHERE d.basis_due < coalesce(u.at, $9::timestamptz)) AS overdue
      FROM period p
      JOIN motcua.dossier d ON d.competent = ANY ($1::int4[]) AND d.accepted IS NOT NULL
           AND d.closed IS NULL
      LEFT JOIN LATERAL (
           SELECT l.at FROM motcua.due_ledger l
            WHERE d.status = ANY ('{10,11,12,16}') AND l.dossier = d.id AND l.cause = 'stopped'
            ORDER BY l.seq DESC LIMIT 1) u ON true
     WHERE p.until > $9::timestamptz AND ($2::text IS NULL OR d.procedure = $2::text)
     GROUP BY 1, 2, 3)
SELECT c.n, c.agency, c.procedure,
       (coalesce(c.online, 0) - coalesce(g.online, 0))::int8,
       (coalesce(c.direct, 0) - coalesce(g.direct, 0))::int8,
       (coalesce(c.carried, 0) - coalesce(g.carried, 0))::int8,
       coalesce(c.early, 0)::int8, coalesce(c.on_time, 0)::int8, coalesce(c.late, 0)::int8,
       CASE WHEN p.until > $9::timestamptz THEN coalesce(o.within, 0) END,
       CASE WHEN p.until > $9::timestamptz THEN coalesce(o.overdue, 0) END,
       coalesce(g.ended, 0), coalesce(c.decided, 0)::int8, coalesce(c.accepted_first, 0)::int8,
       coalesce(c.valid, 0)::int8, NULL::int8, coalesce(c.supplemented, 0)::int8,
       CASE WHEN p.until > $9::timestamptz THEN coalesce(o.waiting, 0) END
  FROM cell c
  JOIN period p ON p.n = c.n
  LEFT JOIN gone g ON g.n = c.n AND g.agency IS NOT DISTINCT FROM c.agency
                   AND g.procedure IS NOT DISTINCT FROM c.procedure
  LEFT JOIN open o ON o.n = c.n AND o.agency IS NOT DISTINCT FROM c.agency
                   AND o.procedure IS NOT DISTINCT FROM c.procedure
 ORDER BY 1, 2, 3
