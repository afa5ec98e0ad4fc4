-- The rollup against a recount of all dossiers: the cells that differ, figure by figure.
WITH month AS (
    SELECT d.*, coalesce((SELECT g.receiving FROM motcua.place_ledger g
                           WHERE g.dossier = d.id AND g.at > d.first_decided
                           ORDER BY g.seq LIMIT 1), d.receiving) AS first_at,
           coalesce((SELECT g.competent FROM motcua.place_ledger g
                      WHERE g.dossier = d.id AND g.at > d.accepted
                      ORDER BY g.seq LIMIT 1), d.competent) AS accepted_at,
           CASE WHEN d.channel = 1 THEN 'online' ELSE 'other' END AS way,
           (d.first_accepted AND d.accepted IS NOT NULL AND d.supplemented IS NULL
            AND NOT d.refused_incomplete) AS valid
      FROM motcua.dossier d),
one AS (
    SELECT m.first_at AS agency, m.first_decided AS at, m.procedure, k.figure
      FROM month m
     CROSS JOIN LATERAL (VALUES ('first_decided', true), ('first_accepted', m.first_accepted),
           ('valid_first', m.valid), ('supplemented', m.supplemented IS NOT NULL)) k(figure, counts)
     WHERE m.first_decided IS NOT NULL AND k.counts
     UNION ALL
    SELECT m.accepted_at, m.accepted, m.procedure, 'received_' || m.way
      FROM month m WHERE m.accepted IS NOT NULL
     UNION ALL
    SELECT m.competent, m.finished, m.procedure, CASE
           WHEN m.finished > m.basis_due THEN 'resolved_late'
           WHEN (m.finished AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
                < (m.basis_due AT TIME ZONE 'Asia/Ho_Chi_Minh')::date THEN 'resolved_early'
           ELSE 'resolved_on_time' END
      FROM month m WHERE m.finished IS NOT NULL
     UNION ALL
    SELECT m.competent, m.ended, m.procedure, 'ended_other'
      FROM month m WHERE m.ended IS NOT NULL AND m.accepted IS NOT NULL AND m.finished IS NULL),
recount AS (
    SELECT o.agency, o.procedure, o.figure, count(*) AS n,
           (extract(year FROM o.at AT TIME ZONE 'Asia/Ho_Chi_Minh') * 12
            + extract(month FROM o.at AT TIME ZONE 'Asia/Ho_Chi_Minh') - 1)::int4 AS month
      FROM one o GROUP BY 1, 2, 3, 5),
rollup AS (
    SELECT r.agency, r.procedure, k.figure, k.n, r.month
      FROM motcua.figure_month r
     CROSS JOIN LATERAL (VALUES ('first_decided', r.first_decided),
           ('first_accepted', r.first_accepted), ('valid_first', r.valid_first),
           ('received_online', r.received_online), ('received_other', r.received_other),
           ('resolved_early', r.resolved_early), ('resolved_on_time', r.resolved_on_time),
           ('resolved_late', r.resolved_late), ('ended_other', r.ended_other),
           ('supplemented', r.supplemented)) k(figure, n)
     WHERE k.n <> 0)
SELECT coalesce(c.agency, r.agency), coalesce(c.month, r.month), coalesce(c.procedure, r.procedure),
       coalesce(c.figure, r.figure), coalesce(r.n, 0)::int8, coalesce(c.n, 0)::int8
  FROM recount c
  FULL JOIN rollup r ON r.agency = c.agency AND r.procedure = c.procedure
                    AND r.figure = c.figure AND r.month = c.month
 WHERE coalesce(c.n, 0) <> coalesce(r.n, 0)
 ORDER BY 2, 1, 3, 4 LIMIT $1::int4
