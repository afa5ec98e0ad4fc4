-- Figures from the history as of an instant, exact for any period and any of the three dates.
-- A dossier counts with the agency that was responsible for it at the end of the period; a first
-- submission with the unit that decided it (place_ledger knows where they were).
-- $1 agencies, $2 procedure or null, $3/$4 beginnings and ends of periods (the end is the moment of
-- the report, exclusive), $5 date judged by (0 original, 1 basis, 2 current), $6 until when validity of first
-- submissions is observed, $7/$8 one row an agency / a procedure.
-- A dossier whose clock stood still then was late if it was late when it stopped, else it waits.
-- Columns: II.06a (2) to (11) as far as they are not sums; ended otherwise; first submissions; waiting.
WITH period AS (
    SELECT p.n::int4 AS n, p.since, p.until
      FROM unnest($3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY p(since, until, n)),
day AS (
    SELECT x.*, (x.finished AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                < (x.due AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS before_day
      FROM (
    SELECT p.n, d.id, d.code, d.place AS competent, d.procedure, d.channel, d.accepted, d.finished,
           p.since, p.until, u.stopped,
           coalesce(u.stopped, p.until) AS moment,
           CASE $5::int4 WHEN 0 THEN u.original WHEN 1 THEN u.basis ELSE u.current END AS due,
           d.finished IS NOT NULL AND d.finished < p.until AS resolved,
           d.finished IS NULL AND d.ended IS NOT NULL AND d.ended < p.until AS other
      FROM period p
     CROSS JOIN LATERAL (
           SELECT u.*, coalesce((
                  SELECT g.competent FROM motcua.place_ledger g
                   WHERE g.dossier = u.id AND g.at >= p.until ORDER BY g.seq LIMIT 1),
                  u.competent) AS place
             FROM (
           SELECT o.id, o.code, o.competent, o.procedure, o.channel, o.accepted, o.finished, o.ended
             FROM motcua.dossier o
            WHERE o.competent = ANY ($1::int4[]) AND o.accepted IS NOT NULL AND o.closed IS NULL
              AND o.accepted < p.until
            UNION ALL
           SELECT c.id, c.code, c.competent, c.procedure, c.channel, c.accepted, c.finished, c.ended
             FROM motcua.dossier c
            WHERE c.competent = ANY ($1::int4[]) AND c.closed IS NOT NULL AND c.closed >= p.since
              AND c.accepted IS NOT NULL AND c.accepted < p.until
            UNION ALL
           SELECT m.id, m.code, m.competent, m.procedure, m.channel, m.accepted, m.finished, m.ended
             FROM motcua.dossier m
            WHERE m.id IN (SELECT g.dossier FROM motcua.place_ledger g
                            WHERE g.competent = ANY ($1::int4[]))
              AND NOT m.competent = ANY ($1::int4[]) AND m.accepted IS NOT NULL
              AND m.accepted < p.until AND (m.closed IS NULL OR m.closed >= p.since)) u) d
     CROSS JOIN LATERAL (
           SELECT l.original, l.basis, l.current,
                  CASE WHEN l.cause = 'stopped' THEN l.at END AS stopped
             FROM motcua.due_ledger l
            WHERE l.dossier = d.id AND l.at < p.until ORDER BY l.seq DESC LIMIT 1) u
     WHERE d.place = ANY ($1::int4[]) AND ($2::text IS NULL OR d.procedure = $2::text)) x),
work AS (
    SELECT w.n, CASE WHEN $7::bool THEN w.competent END AS agency,
           CASE WHEN $8::bool THEN w.procedure END AS procedure,
           count(*) FILTER (WHERE NOT other AND accepted >= since AND channel = 1) AS online,
           count(*) FILTER (WHERE NOT other AND accepted >= since AND channel <> 1) AS direct,
           count(*) FILTER (WHERE NOT other AND accepted < since) AS carried,
           count(*) FILTER (WHERE resolved AND finished <= due AND before_day) AS early,
           count(*) FILTER (WHERE resolved AND finished <= due AND NOT before_day) AS on_time,
           count(*) FILTER (WHERE resolved AND finished > due) AS late,
           count(*) FILTER (WHERE NOT resolved AND NOT other AND due >= moment AND stopped IS NULL) AS within,
           count(*) FILTER (WHERE NOT resolved AND NOT other AND due < moment) AS overdue,
           count(*) FILTER (WHERE NOT resolved AND NOT other AND due >= moment AND stopped IS NOT NULL)
               AS waiting,
           count(*) FILTER (WHERE other) AS ended
      FROM day w GROUP BY 1, 2, 3),
first AS (
    SELECT p.n, CASE WHEN $7::bool THEN d.place END AS agency,
           CASE WHEN $8::bool THEN d.procedure END AS procedure, count(*) AS decided,
           count(*) FILTER (WHERE d.first_accepted) AS accepted_first,
           count(*) FILTER (WHERE d.first_accepted AND d.accepted < $6::timestamptz
                            AND NOT coalesce(d.supplemented < $6::timestamptz, false)
                            AND NOT (d.refused_incomplete AND d.closed < $6::timestamptz))
               AS valid,
           count(*) FILTER (WHERE d.accepted < $6::timestamptz) AS accepted,
           count(*) FILTER (WHERE d.accepted IS NOT NULL AND d.supplemented < $6::timestamptz)
               AS supplemented
      FROM period p
     CROSS JOIN LATERAL (
           SELECT u.* FROM (
                  SELECT o.*, coalesce((
                         SELECT g.receiving FROM motcua.place_ledger g
                          WHERE g.dossier = o.id AND g.at > o.first_decided ORDER BY g.seq LIMIT 1),
                         o.receiving) AS place
                    FROM (SELECT h.* FROM motcua.dossier h
                           WHERE h.receiving = ANY ($1::int4[]) AND h.first_decided >= p.since
                             AND h.first_decided < p.until
                           UNION ALL
                          SELECT m.* FROM motcua.dossier m
                           WHERE m.id IN (SELECT g.dossier FROM motcua.place_ledger g
                                           WHERE g.receiving = ANY ($1::int4[]))
                             AND NOT m.receiving = ANY ($1::int4[])
                             AND m.first_decided >= p.since AND m.first_decided < p.until) o
                   WHERE $2::text IS NULL OR o.procedure = $2::text) u
            WHERE u.place = ANY ($1::int4[])
           OFFSET 0) d
     GROUP BY 1, 2, 3)
SELECT k.n, k.agency, k.procedure, coalesce(w.online, 0), coalesce(w.direct, 0), coalesce(w.carried, 0),
       coalesce(w.early, 0), coalesce(w.on_time, 0), coalesce(w.late, 0), coalesce(w.within, 0),
       coalesce(w.overdue, 0), coalesce(w.ended, 0), coalesce(f.decided, 0),
       coalesce(f.accepted_first, 0), coalesce(f.valid, 0), coalesce(f.accepted, 0),
       coalesce(f.supplemented, 0), coalesce(w.waiting, 0)
  FROM (SELECT n, agency, procedure FROM work UNION SELECT n, agency, procedure FROM first) k
  LEFT JOIN work w ON w.n = k.n AND w.agency IS NOT DISTINCT FROM k.agency
                   AND w.procedure IS NOT DISTINCT FROM k.procedure
  LEFT JOIN first f ON f.n = k.n AND f.agency IS NOT DISTINCT FROM k.agency
                    AND f.procedure IS NOT DISTINCT FROM k.procedure
 ORDER BY 1, 2, 3
