-- Figures of long periods: cells of quarters besides those of half months, what was pending apart from what ended, and
-- the half month that is not over taken from its cells too, as long as the period is not over either.
--
-- span of a cell is now one of three: n, what ended (or was decided at first) in half month n; 1000000 + n, what was pending
-- at its end; 2000000 + n / 6, what ended in the first five half months of quarter n / 6.  The sixth, from the 15th of
-- the quarter's last month, stands alone, so that a quarter of the calendar is a cell and a half month, and one that
-- is reported from the 15th to the 14th a half month and a cell.
SET LOCAL ROLE motcua_owner;

-- Half month of acceptance as cells of quarters keep it: whether it lies before a quarter of either kind is all that is
-- asked of them.
CREATE FUNCTION motcua.figure_since(n integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN n % 6 = 5 THEN n ELSE n / 6 * 6 + 4 END
$$;

UPDATE motcua.figure_cell SET span = span + 1000000 WHERE facts < 1 << 30 AND classes & 7 IN (3, 4, 5);
UPDATE motcua.figure_undo SET span = span + 1000000 WHERE facts < 1 << 30 AND classes & 7 IN (3, 4, 5);
INSERT INTO motcua.figure_cell (span, place, other, since, facts, classes, procedure, applicant, n)
    SELECT 2000000 + c.span / 6, c.place, c.other, motcua.figure_since(c.since), c.facts, c.classes, c.procedure,
           c.applicant, sum(c.n)
      FROM motcua.figure_cell c WHERE c.span < 1000000 AND c.span % 6 <> 5
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
INSERT INTO motcua.figure_undo (span, place, other, since, facts, classes, procedure, applicant, n)
    SELECT 2000000 + u.span / 6, u.place, u.other, motcua.figure_since(u.since), u.facts, u.classes, u.procedure,
           u.applicant, u.n
      FROM motcua.figure_undo u WHERE u.span < 1000000 AND u.span % 6 <> 5;

-- As in 0031, told in those three kinds.
CREATE OR REPLACE FUNCTION motcua.figure_contribution(f motcua.figure_dossier)
    RETURNS TABLE (span integer, place integer, other integer, since integer, facts integer, classes smallint,
                   procedure text, applicant text)
    LANGUAGE sql STABLE AS $$
    WITH half AS (
        SELECT CASE WHEN s.span < motcua.figure_span(f.closed) THEN 1000000 ELSE 0 END + s.span AS span, j.place,
               f.receiving AS other, motcua.figure_span(f.accepted) AS since, min(j.flags) AS facts,
               sum(j.class << b.basis * 3)::smallint AS classes
          FROM generate_series(motcua.figure_span(f.accepted), motcua.figure_span(f.closed)) s(span)
         CROSS JOIN generate_series(0, 2) b(basis)
         CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original,
               f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
               f.competent, motcua.figure_span_start(s.span + 1), 'infinity', b.basis) j
         WHERE f.accepted IS NOT NULL
         GROUP BY 1, 2
         UNION ALL
        SELECT motcua.figure_span(f.first_decided), j.place, f.competent, motcua.figure_span(
               greatest(f.first_decided, f.accepted, f.supplemented,
                        CASE WHEN f.refused_incomplete THEN f.closed END)), j.facts, 0::smallint
          FROM motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted, f.accepted, f.supplemented,
               f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved, f.receiving, 'infinity') j
         WHERE f.first_decided IS NOT NULL),
    one AS (
        SELECT h.* FROM half h
         UNION ALL
        SELECT 2000000 + h.span / 6, h.place, h.other, motcua.figure_since(h.since), h.facts, h.classes FROM half h
         WHERE h.span < 1000000 AND h.span % 6 <> 5)
    SELECT o.span, o.place, o.other, o.since, o.facts, o.classes, NULL, f.applicant FROM one o
     UNION ALL
    SELECT o.span, CASE WHEN u.usual THEN 0 ELSE o.place END, CASE WHEN u.usual THEN 0 ELSE o.other END, o.since,
           o.facts, o.classes, f.procedure, f.applicant
      FROM one o
     CROSS JOIN LATERAL (SELECT o.place = o.other OR EXISTS (SELECT FROM motcua.figure_usual u
                                 WHERE u.place = o.place AND u.other = o.other) AS usual) u
$$;

-- Period k and the half months that lie wholly in it: spans [first, last) from since_whole to until_whole.  p_cells 0:
-- none are used.  The one that is not over counts as whole while the period is not over: nothing lies beyond it.
-- ends_whole: the last of them ends where the period does.  past: until is over.  cells: which are read, each dossier in
-- one of them; those of quarters where the period and p_observed begin and end with one.
DROP FUNCTION motcua.figure_periods;
CREATE FUNCTION motcua.figure_periods(p_bounds timestamptz[], p_cells integer, p_past boolean, p_observed timestamptz)
    RETURNS TABLE (k integer, since timestamptz, until timestamptz, since_whole timestamptz,
                   until_whole timestamptz, first integer, last integer, begins_whole boolean, ends_whole boolean,
                   past boolean, cells integer[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2 AS $$
    SELECT y.k, y.since, y.until, CASE WHEN y.whole THEN motcua.figure_span_start(y.first) ELSE y.until END,
           CASE WHEN y.whole THEN motcua.figure_span_start(y.last) ELSE y.until END,
           CASE WHEN y.whole THEN y.first ELSE 0 END, CASE WHEN y.whole THEN y.last ELSE 0 END,
           y.whole AND motcua.figure_span_start(y.first) = y.since,
           y.whole AND motcua.figure_span_start(y.last) = y.until, y.past,
           ARRAY(SELECT s FROM generate_series(y.first, y.last - 1) s
                  WHERE y.whole AND NOT (q.usable AND s % 6 <> 5 AND s / 6 * 6 >= y.first AND s / 6 * 6 + 5 <= y.last))
           || ARRAY(SELECT 2000000 + s / 6 FROM generate_series(y.first, y.last - 1) s
                     WHERE y.whole AND q.usable AND s % 6 = 0 AND s + 5 <= y.last)
           || CASE WHEN y.whole AND motcua.figure_span_start(y.last) = y.until THEN ARRAY[1000000 + y.last - 1]
                   ELSE '{}' END
      FROM (SELECT x.*, p_cells > 0 AND x.first < x.last AS whole
              FROM (SELECT g.k, p_bounds[g.k] AS since, p_bounds[g.k + 1] AS until, v.past, motcua.figure_span(p_bounds[g.k])
                           + CASE WHEN motcua.figure_span_start(motcua.figure_span(p_bounds[g.k])) < p_bounds[g.k]
                                  THEN 1 ELSE 0 END AS first,
                           motcua.figure_span(p_bounds[g.k + 1]) + CASE WHEN v.past THEN 0 ELSE 1 END AS last
                      FROM generate_series(1, cardinality(p_bounds) - 1) g(k)
                     CROSS JOIN LATERAL (SELECT p_past OR g.k < cardinality(p_bounds) - 1 AS past) v) x) y
     CROSS JOIN LATERAL (SELECT y.first % 6 IN (0, 5) AND motcua.figure_span_start(y.first) = y.since
               AND (NOT p_past OR motcua.figure_span(p_observed) % 6 IN (0, 5)) AS usable) q
$$;

-- As in 0040, over cells of three kinds.  Open dossiers are looked through once for both streams; of those about which
-- nothing came true later than the end of the period, what figure_judge and figure_judge_first say of them stands here in
-- short.
DROP INDEX motcua.figure_open_first;
CREATE INDEX figure_open_first ON motcua.figure_dossier (first_decided, dossier)
    WHERE closed IS NULL AND first_decided IS NOT NULL AND accepted IS DISTINCT FROM first_decided;
CREATE OR REPLACE FUNCTION motcua.figure_told(p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                   p_observed timestamptz, p_past boolean, p_body integer[], p_cells integer)
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer, channel smallint,
                   officer bigint, procedure text, applicant text, n integer)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH p AS MATERIALIZED (
        SELECT * FROM motcua.figure_periods(p_bounds, CASE WHEN p_cells = 2 AND EXISTS (
               SELECT FROM motcua.figure_usual u WHERE p_body[u.place] <> p_body[u.other]) THEN 0
               ELSE p_cells END, p_past, p_observed)),
    -- span, since: from here on it is not sure that what is known of a first submission was known at p_observed.
    -- mine: by number of an agency, whether it is asked for.  whole: so many that all open dossiers are looked through
    o AS MATERIALIZED (
        SELECT CASE WHEN p_past THEN motcua.figure_span(p_observed) ELSE 1000000 END AS span,
               CASE WHEN p_past THEN motcua.figure_span_start(motcua.figure_span(p_observed)) ELSE 'infinity' END AS since,
               ARRAY(SELECT y.id IS NOT NULL FROM generate_series(1, cardinality(p_body)) x(id)
                       LEFT JOIN (SELECT DISTINCT a AS id FROM unnest(p_agencies) a) y ON y.id = x.id
                      ORDER BY x.id) AS mine,
               cardinality(p_agencies) > 20 AS whole)
    SELECT c.k, 0::bigint, CASE WHEN c.facts < 1 << 30 THEN (c.classes >> 3 * p_basis & 7)
                + CASE WHEN c.since >= c.first THEN 8 ELSE 0 END ELSE 0 END
           + c.facts + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END,
           c.place, CASE WHEN c.facts < 1 << 30 THEN c.other ELSE c.place END, (c.facts >> 4 & 3)::smallint, 0::bigint,
           c.procedure, c.applicant, c.n
      FROM (SELECT p.k, p.first, p.begins_whole, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 1 AND c.procedure IS NULL AND c.place = ANY (p_agencies)
             UNION ALL
            SELECT p.k, p.first, p.begins_whole, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 2 AND c.procedure IS NOT NULL
             UNION ALL
            SELECT p.k, p.first, p.begins_whole, u.* FROM p JOIN motcua.figure_undo u ON u.span = ANY (p.cells)
             WHERE (p_cells = 1 AND u.procedure IS NULL AND u.place = ANY (p_agencies))
                OR (p_cells = 2 AND u.procedure IS NOT NULL)) c
     WHERE CASE WHEN c.facts < 1 << 30 THEN c.begins_whole OR c.since <> c.first - 1
                ELSE c.since < (SELECT o.span FROM o) END
     UNION ALL
    SELECT f.k, f.dossier, j.class + j.flags + CASE WHEN f.accepted >= f.p_since THEN 8 ELSE 0 END
           + CASE WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END,
           j.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, 1
      FROM (
           SELECT p.k, p.since AS p_since, p.until AS p_until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p_cells = 0 AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.accepted < p.until
                  AND NOT f.moved AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.closed >= p.since AND f.closed < p.since_whole AND f.accepted IS NOT NULL AND NOT f.moved
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.closed >= p.until_whole AND f.closed < p.until AND f.accepted IS NOT NULL AND NOT f.moved
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_unsettled q
                CROSS JOIN LATERAL (SELECT f.* FROM motcua.figure_dossier f WHERE f.dossier = q.dossier OFFSET 0) f
                WHERE p.last > 0 AND f.closed >= p.since_whole AND (f.closed < p.until_whole OR p.ends_whole)
                  AND f.accepted < p.until AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- pending at a time that is past
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.past AND NOT p.ends_whole AND f.closed IS NOT NULL AND f.closed >= p.until AND NOT f.moved
                  AND f.accepted >= p.until - interval '60 days' AND f.accepted < p.until
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.past AND NOT p.ends_whole AND f.accepted IS NOT NULL AND NOT f.moved
                  AND f.closed - f.accepted > interval '60 days' AND f.closed >= p.until
                  AND f.accepted < p.until - interval '60 days' AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- in a half month that begins before the period: received in it or carried over?
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND NOT p.begins_whole AND f.closed IS NOT NULL AND f.accepted IS NOT NULL
                  AND f.accepted >= motcua.figure_span_start(p.first - 1) AND f.accepted < p.since_whole
                  AND f.closed >= p.since_whole AND (f.closed < p.until_whole OR p.ends_whole)
                  AND motcua.figure_settles(f.closed, f.moved, f.due_at) AND f.competent = ANY (p_agencies)
                  AND NOT EXISTS (SELECT FROM motcua.figure_unsettled q WHERE q.dossier = f.dossier) OFFSET 0) f
            UNION ALL -- a date was told after it was closed
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND f.due_at > f.closed AND f.closed >= p.since_whole
                  AND (f.closed < p.until_whole OR p.ends_whole) AND f.accepted < p.until AND NOT f.moved
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.moved AND (f.closed IS NULL OR f.closed >= p.since) AND f.accepted < p.until OFFSET 0) f) f
     CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
           f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
           f.competent, f.p_until, p_observed, p_basis) j
     WHERE j.place = ANY (p_agencies)
     UNION ALL
    SELECT f.k, f.dossier, j.facts + CASE WHEN p_body[j.place] <> p_body[f.competent] THEN 128 ELSE 0 END,
           j.place, j.place, f.channel, f.officer, f.procedure, f.applicant, 1
      FROM (
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.first_decided >= p.since AND f.first_decided < p.since_whole AND NOT f.moved
                  AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.first_decided >= p.until_whole AND f.first_decided < p.until AND NOT f.moved
                  AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_unsettled q
                CROSS JOIN LATERAL (SELECT f.* FROM motcua.figure_dossier f WHERE f.dossier = q.dossier OFFSET 0) f
                WHERE p.last > 0 AND f.first_decided >= p.since_whole AND f.first_decided < p.until_whole
                  AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- of which something came true after p_observed
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND f.first_decided >= p.since_whole AND f.first_decided < p.until_whole
                  AND (f.accepted > f.first_decided OR f.supplemented IS NOT NULL OR f.refused_incomplete)
                  AND greatest(f.accepted, f.supplemented, CASE WHEN f.refused_incomplete THEN f.closed END)
                  >= (SELECT o.since FROM o)
                  AND motcua.figure_settles(f.closed, f.moved, f.due_at) AND f.receiving = ANY (p_agencies)
                  AND NOT EXISTS (SELECT FROM motcua.figure_unsettled q WHERE q.dossier = f.dossier) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND f.due_at > f.closed AND NOT f.moved AND f.first_decided >= p.since_whole
                  AND f.first_decided < p.until_whole AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.moved AND f.first_decided >= p.since AND f.first_decided < p.until OFFSET 0) f) f
     CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
           f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
           f.receiving, p_observed) j
     WHERE j.place = ANY (p_agencies)
     UNION ALL -- open ones, where nobody asks which: many with the same facts are one row
    SELECT o.k, 0, o.facts, o.place, o.receiving, o.channel, 0, o.procedure, o.applicant, o.n
      FROM (SELECT p.k, j.class + j.flags + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END
                   + CASE WHEN p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END AS facts,
                   f.competent AS place, f.receiving, f.channel, CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   f.applicant, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p_cells > 0 AND NOT (SELECT o.whole FROM o) AND f.closed IS NULL AND f.accepted IS NOT NULL
                      AND f.accepted < p.until AND NOT f.moved AND f.competent = ANY (p_agencies) OFFSET 0) f
             CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
                   f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
                   f.competent, p.until, p_observed, p_basis) j
             GROUP BY 1, 2, 3, 4, 5, 6, 7) o
     UNION ALL
    SELECT o.k, 0, o.facts, o.place, o.place, o.channel, 0, o.procedure, o.applicant, o.n
      FROM (SELECT p.k, j.facts + CASE WHEN p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END AS facts,
                   f.receiving AS place, f.channel, CASE WHEN p_cells = 2 THEN f.procedure END AS procedure, f.applicant,
                   count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.last > 0 AND NOT (SELECT o.whole FROM o) AND f.closed IS NULL AND f.first_decided >= p.since_whole
                      AND f.first_decided < p.until_whole AND NOT f.moved AND f.receiving = ANY (p_agencies)
                     UNION ALL -- the rest of those below: not accepted by then
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.last > 0 AND (SELECT o.whole FROM o) AND f.closed IS NULL AND f.first_decided IS NOT NULL
                      AND f.accepted IS DISTINCT FROM f.first_decided AND coalesce(f.accepted >= p.until, true)
                      AND f.first_decided >= p.since_whole AND f.first_decided < p.until_whole AND NOT f.moved
                      AND f.receiving = ANY (p_agencies) OFFSET 0) f
             CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
                   f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
                   f.receiving, p_observed) j
             GROUP BY 1, 2, 3, 4, 5, 6) o
     UNION ALL -- of many agencies: all are looked through, once for both streams (2048: a first submission of the period)
    SELECT g.k, 0, x.facts + CASE WHEN p_body[g.receiving] <> p_body[g.competent] THEN 128 ELSE 0 END, x.place, g.receiving,
           (g.facts >> 4 & 3)::smallint, 0, g.procedure, g.applicant, g.n
      FROM (SELECT p.k, CASE WHEN p_cells = 1 THEN f.competent END AS competent,
                   CASE WHEN p_cells = 1 THEN f.receiving END AS receiving,
                   CASE WHEN p_cells = 2 THEN f.procedure END AS procedure, f.applicant,
                   CASE WHEN f.due_at < p.until AND coalesce(f.supplemented < p.until, true) AND p.until <= p_observed THEN
                        CASE WHEN CASE p_basis WHEN 0 THEN f.original WHEN 1 THEN f.basis ELSE f.current END
                                  < coalesce(f.stopped, p.until) THEN 4 WHEN f.stopped IS NOT NULL THEN 5 ELSE 3 END
                        + CASE WHEN f.current > f.basis THEN 512 ELSE 0 END
                        + CASE WHEN f.supplemented IS NULL THEN CASE WHEN f.first_accepted THEN 28672 ELSE 16384 END
                               WHEN f.first_accepted THEN 53504 ELSE 49408 END
                   ELSE (SELECT j.class + (j.flags & 768) + ((h.facts & 15) << 12)
                           FROM motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
                                f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel,
                                f.by_officer, f.moved, f.competent, p.until, p_observed, p_basis) j
                          CROSS JOIN motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
                                f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer,
                                f.moved, f.receiving, p_observed) h) END
                   + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END + (f.channel::integer << 4)
                   + CASE WHEN f.by_officer THEN 64 ELSE 0 END
                   + CASE WHEN p_cells = 2 AND p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END
                   + CASE WHEN f.first_decided >= p.since_whole AND f.first_decided < p.until_whole THEN 2048 ELSE 0 END
                   AS facts, count(*)::integer AS n
              FROM p JOIN motcua.figure_dossier f ON f.accepted < p.until
             WHERE p_cells > 0 AND (SELECT o.whole FROM o) AND f.closed IS NULL AND f.accepted IS NOT NULL AND NOT f.moved
             GROUP BY 1, 2, 3, 4, 5, 6) g
     CROSS JOIN LATERAL (SELECT g.facts & 1023 AS facts, g.competent AS place
                          WHERE p_cells = 2 OR (SELECT o.mine FROM o)[g.competent]
                          UNION ALL
                         SELECT (1 << 30) + (g.facts >> 12 & 15) + (g.facts & 240), g.receiving
                          WHERE g.facts & 2048 <> 0 AND (p_cells = 2 OR (SELECT o.mine FROM o)[g.receiving])) x
$$;

REVOKE EXECUTE ON FUNCTION motcua.figure_since, motcua.figure_periods FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_since, motcua.figure_periods TO motcua_app, motcua_report;
