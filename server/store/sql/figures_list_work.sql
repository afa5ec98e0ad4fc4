-- The dossiers behind one number of the report ($3: its column), by number; arguments else as in
-- figures_as_of, for one period [$4, $5), judged by date $6; $7 cursor, $8 limit.
WITH period AS (SELECT 1 AS n, $4::timestamptz AS since, $5::timestamptz AS until),
day AS (
    SELECT x.*, (x.finished AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                < (x.due AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS before_day
      FROM (
    SELECT p.n, d.id, d.code, d.place AS competent, d.procedure, d.channel, d.accepted, d.finished,
           p.since, p.until, u.stopped,
           coalesce(u.stopped, p.until) AS moment,
           CASE $6::int4 WHEN 0 THEN u.original WHEN 1 THEN u.basis ELSE u.current END AS due,
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
     WHERE d.place = ANY ($1::int4[]) AND ($2::text IS NULL OR d.procedure = $2::text) AND d.id > $7::int8) x)
SELECT w.id, w.code, w.procedure, w.competent, w.accepted, w.due,
       CASE WHEN w.resolved THEN w.finished END
  FROM day w
 WHERE CASE $3::text
       WHEN 'received_online' THEN NOT other AND accepted >= since AND channel = 1
       WHEN 'received_other' THEN NOT other AND accepted >= since AND channel <> 1
       WHEN 'received' THEN NOT other AND accepted >= since
       WHEN 'carried' THEN NOT other AND accepted < since
       WHEN 'total' THEN NOT other
       WHEN 'resolved' THEN resolved
       WHEN 'resolved_early' THEN resolved AND finished <= due AND before_day
       WHEN 'resolved_on_time' THEN resolved AND finished <= due AND NOT before_day
       WHEN 'resolved_late' THEN resolved AND finished > due
       WHEN 'pending' THEN NOT resolved AND NOT other
       WHEN 'pending_within' THEN NOT resolved AND NOT other AND due >= moment AND stopped IS NULL
       WHEN 'pending_overdue' THEN NOT resolved AND NOT other AND due < moment
       WHEN 'pending_waiting' THEN NOT resolved AND NOT other AND due >= moment AND stopped IS NOT NULL
       WHEN 'ended_other' THEN other
       ELSE false END
 ORDER BY w.id LIMIT $8::int4
