-- Figures of which only some are asked for: p_want, bits: 1 what ended, 2 what was pending, 4 first submissions, 8 only of
-- dossiers for which papers were asked for.  What nobody asks for is not looked through; more may be told than was asked for.
-- p_cells 3: of all agencies at once, and nobody asks which, nor for a kind of applicant.  For these there are cells of
-- half months of the whole (procedure and applicant '', agencies 0 when they are usual ones); what is open, and what was
-- closed in half months that are not whole, is added up by its facts alone.
SET LOCAL ROLE motcua_owner;

INSERT INTO motcua.figure_cell (span, place, other, since, facts, classes, procedure, applicant, n)
    SELECT c.span, CASE WHEN u.usual THEN 0 ELSE c.place END, CASE WHEN u.usual THEN 0 ELSE c.other END, c.since, c.facts,
           c.classes, '', '', sum(c.n)
      FROM motcua.figure_cell c
     CROSS JOIN LATERAL (SELECT c.place = c.other OR EXISTS (SELECT FROM motcua.figure_usual u
                                 WHERE u.place = c.place AND u.other = c.other) AS usual) u
     WHERE c.procedure IS NULL AND c.span < 2000000
     GROUP BY 1, 2, 3, 4, 5, 6;
INSERT INTO motcua.figure_undo (span, place, other, since, facts, classes, procedure, applicant, n)
    SELECT c.span, CASE WHEN u.usual THEN 0 ELSE c.place END, CASE WHEN u.usual THEN 0 ELSE c.other END, c.since, c.facts,
           c.classes, '', '', c.n
      FROM motcua.figure_undo c
     CROSS JOIN LATERAL (SELECT c.place = c.other OR EXISTS (SELECT FROM motcua.figure_usual u
                                 WHERE u.place = c.place AND u.other = c.other) AS usual) u
     WHERE c.procedure IS NULL AND c.span < 2000000;

-- As in 0043, with those of the whole.
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
     UNION ALL
    SELECT h.span, CASE WHEN u.usual THEN 0 ELSE h.place END, CASE WHEN u.usual THEN 0 ELSE h.other END, h.since,
           h.facts, h.classes, '', ''
      FROM half h
     CROSS JOIN LATERAL (SELECT h.place = h.other OR EXISTS (SELECT FROM motcua.figure_usual u
                                 WHERE u.place = h.place AND u.other = h.other) AS usual) u
$$;

-- As in 0043; cells of the whole are of half months only.
CREATE OR REPLACE FUNCTION motcua.figure_periods(p_bounds timestamptz[], p_cells integer, p_past boolean, p_observed timestamptz)
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
     CROSS JOIN LATERAL (SELECT p_cells < 3 AND y.first % 6 IN (0, 5) AND motcua.figure_span_start(y.first) = y.since
               AND (NOT p_past OR motcua.figure_span(p_observed) % 6 IN (0, 5)) AS usable) q
$$;

-- As in 0043.
DROP FUNCTION motcua.figure_counts;
DROP FUNCTION motcua.figure_told;
CREATE FUNCTION motcua.figure_told(p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                   p_observed timestamptz, p_past boolean, p_body integer[], p_cells integer,
                                   p_want integer)
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer, channel smallint,
                   officer bigint, procedure text, applicant text, n integer)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH p AS MATERIALIZED (
        SELECT * FROM motcua.figure_periods(p_bounds, CASE WHEN p_cells > 1 AND EXISTS (
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
             WHERE p_cells = 2 AND c.procedure <> ''
             UNION ALL
            SELECT p.k, p.first, p.begins_whole, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 3 AND c.procedure = ''
             UNION ALL
            SELECT p.k, p.first, p.begins_whole, u.* FROM p JOIN motcua.figure_undo u ON u.span = ANY (p.cells)
             WHERE (p_cells = 1 AND u.procedure IS NULL AND u.place = ANY (p_agencies))
                OR (p_cells = 2 AND u.procedure <> '') OR (p_cells = 3 AND u.procedure = '')) c
     WHERE CASE WHEN c.facts < 1 << 30
                THEN (c.begins_whole OR c.since <> c.first - 1) AND p_want & 3 <> 0 AND (p_want & 8 = 0 OR c.facts & 256 <> 0)
                ELSE p_want & 4 <> 0 AND c.since < (SELECT o.span FROM o) END
     UNION ALL
    SELECT f.k, f.dossier, j.class + j.flags + CASE WHEN f.accepted >= f.p_since THEN 8 ELSE 0 END
           + CASE WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END,
           j.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, 1
      FROM (
           SELECT p.k, p.since AS p_since, p.until AS p_until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p_cells = 0 AND p_want & 2 <> 0 AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.accepted < p.until
                  AND NOT f.moved AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p_cells = 0 AND p_want & 1 <> 0 AND f.closed >= p.since AND f.closed < p.until AND f.accepted IS NOT NULL
                  AND NOT f.moved AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_unsettled q
                CROSS JOIN LATERAL (SELECT f.* FROM motcua.figure_dossier f WHERE f.dossier = q.dossier OFFSET 0) f
                WHERE p.last > 0 AND f.closed >= p.since_whole AND (f.closed < p.until_whole OR p.ends_whole)
                  AND f.accepted < p.until AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- pending at a time that is past
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p_want & 2 <> 0 AND p.past AND NOT p.ends_whole AND f.closed IS NOT NULL AND f.closed >= p.until AND NOT f.moved
                  AND f.accepted >= p.until - interval '60 days' AND f.accepted < p.until
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p_want & 2 <> 0 AND p.past AND NOT p.ends_whole AND f.accepted IS NOT NULL AND NOT f.moved
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
     WHERE p_want & 3 <> 0 AND j.place = ANY (p_agencies)
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
     WHERE p_want & 4 <> 0 AND j.place = ANY (p_agencies)
     UNION ALL -- closed in half months that are not whole: many with the same facts are one row
    SELECT g.k, 0, g.facts + CASE WHEN p_body[g.receiving] <> p_body[g.competent] THEN 128 ELSE 0 END, g.competent, g.receiving,
           (g.facts >> 4 & 3)::smallint, 0, g.procedure, g.applicant, g.n
      FROM (SELECT p.k, CASE WHEN p_cells = 1 THEN f.competent END AS competent,
                   CASE WHEN p_cells = 1 THEN f.receiving END AS receiving,
                   CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   CASE WHEN p_cells <> 3 THEN f.applicant END AS applicant,
                   CASE WHEN f.due_at < p.until AND coalesce(f.supplemented < p.until, true) AND p.until <= p_observed THEN
                        CASE WHEN NOT f.resolved THEN 6
                             WHEN f.closed > CASE p_basis WHEN 0 THEN f.original WHEN 1 THEN f.basis ELSE f.current END THEN 2
                             WHEN motcua.figure_day(f.closed) < motcua.figure_day(CASE p_basis WHEN 0 THEN f.original
                                  WHEN 1 THEN f.basis ELSE f.current END) THEN 0 ELSE 1 END
                        + CASE WHEN f.supplemented IS NOT NULL THEN 256 ELSE 0 END
                        + CASE WHEN f.current > f.basis THEN 512 ELSE 0 END
                        + CASE WHEN f.refused AND f.resolved THEN 1024 ELSE 0 END
                   ELSE (SELECT j.class + (j.flags & 1792)
                           FROM motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
                                f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel,
                                f.by_officer, f.moved, f.competent, p.until, p_observed, p_basis) j) END
                   + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END + (f.channel::integer << 4)
                   + CASE WHEN f.by_officer THEN 64 ELSE 0 END
                   + CASE WHEN p_cells > 1 AND p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END
                   AS facts, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (VALUES (p.since, p.since_whole), (p.until_whole, p.until)) v(since, until)
             CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p_cells > 0 AND p_want & 1 <> 0 AND f.closed >= v.since AND f.closed < v.until
                      AND f.accepted IS NOT NULL AND NOT f.moved AND f.competent = ANY (p_agencies)
                      AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL) OFFSET 0) f
             GROUP BY 1, 2, 3, 4, 5, 6) g
     UNION ALL -- open ones, where nobody asks which: many with the same facts are one row
    SELECT o.k, 0, o.facts, o.place, o.receiving, o.channel, 0, o.procedure, o.applicant, o.n
      FROM (SELECT p.k, j.class + j.flags + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END
                   + CASE WHEN p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END AS facts,
                   f.competent AS place, f.receiving, f.channel, CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   f.applicant, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p_cells > 0 AND p_want & 2 <> 0 AND NOT (SELECT o.whole FROM o) AND f.closed IS NULL
                      AND f.accepted IS NOT NULL
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
                    WHERE p.last > 0 AND p_want & 4 <> 0 AND NOT (SELECT o.whole FROM o) AND f.closed IS NULL
                      AND f.first_decided >= p.since_whole
                      AND f.first_decided < p.until_whole AND NOT f.moved AND f.receiving = ANY (p_agencies)
                     UNION ALL -- the rest of those below: not accepted by then
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.last > 0 AND p_want & 4 <> 0 AND (SELECT o.whole FROM o) AND f.closed IS NULL
                      AND f.first_decided IS NOT NULL
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
                   CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   CASE WHEN p_cells <> 3 THEN f.applicant END AS applicant,
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
                   + CASE WHEN p_cells > 1 AND p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END
                   + CASE WHEN f.first_decided >= p.since_whole AND f.first_decided < p.until_whole THEN 2048 ELSE 0 END
                   AS facts, count(*)::integer AS n
              FROM p JOIN motcua.figure_dossier f ON f.accepted < p.until
             WHERE p_cells > 0 AND p_want & 6 <> 0 AND (SELECT o.whole FROM o) AND f.closed IS NULL AND f.accepted IS NOT NULL
               AND NOT f.moved AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL)
             GROUP BY 1, 2, 3, 4, 5, 6) g
     CROSS JOIN LATERAL (SELECT g.facts & 1023 AS facts, g.competent AS place
                          WHERE p_want & 2 <> 0 AND (p_cells > 1 OR (SELECT o.mine FROM o)[g.competent])
                          UNION ALL
                         SELECT (1 << 30) + (g.facts >> 12 & 15) + (g.facts & 240), g.receiving
                          WHERE p_want & 4 <> 0 AND g.facts & 2048 <> 0
                            AND (p_cells > 1 OR (SELECT o.mine FROM o)[g.receiving])) x
$$;

-- As in 0040.
CREATE FUNCTION motcua.figure_counts(p_agencies integer[], p_bounds timestamptz[], p_basis integer, p_observed timestamptz,
                                     p_past boolean, p_body integer[], p_by integer, p_procedures text[], p_channel integer,
                                     p_officer bigint, p_receivings integer[], p_applicant text, p_cells integer,
                                     p_want integer)
    RETURNS TABLE (k integer, key text, facts integer, n bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_sort = off AS $$
BEGIN
    IF p_cells = 3 AND EXISTS (SELECT FROM motcua.figure_usual u WHERE p_body[u.place] <> p_body[u.other]) THEN
        p_cells := 1; -- the organisation says otherwise by now
    END IF;
    RETURN QUERY
SELECT r.k, CASE p_by WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN o.officer::text
                          WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text
                          WHEN 6 THEN r.applicant END AS key,
       r.facts, sum(r.n)::int8 AS n
  FROM motcua.figure_told(p_agencies, p_bounds, p_basis, p_observed, p_past, p_body,
                          p_cells, p_want) r
  LEFT JOIN LATERAL (
       SELECT coalesce(CASE
              WHEN p_by <> 3 AND p_officer < 0 THEN 0 -- nobody asks
              WHEN r.facts >= 1 << 30 THEN (
                   SELECT e.actor FROM motcua.dossier_event e
                    WHERE e.dossier = r.dossier AND e.kind = 'ATTEMPT_DECIDED' ORDER BY e.seq LIMIT 1)
              WHEN r.officer <> 0 THEN r.officer
              ELSE (SELECT t.officer FROM motcua.task t
                     WHERE t.dossier = r.dossier AND left(t.step, 1) <> '@' ORDER BY t.due LIMIT 1)
              END, 0) AS officer) o ON true
 WHERE (p_procedures IS NULL OR r.procedure = ANY (p_procedures))
   AND (p_channel < 0 OR r.channel = p_channel)
   AND (p_officer < 0 OR o.officer = p_officer)
   AND (p_receivings IS NULL OR r.receiving = ANY (p_receivings))
   AND (p_applicant IS NULL OR r.applicant = p_applicant)
 GROUP BY 1, 2, 3 HAVING sum(r.n) <> 0;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.figure_told, motcua.figure_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_told, motcua.figure_counts TO motcua_app, motcua_report;
