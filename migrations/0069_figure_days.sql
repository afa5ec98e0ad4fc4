-- A line of weeks read every dossier that ended in weeks which are no whole half months: a month of a city, 85,000 rows.  Where it
-- is not asked whether they were received in the period, cells of days tell what ended in the whole city.  And papers asked for by
-- procedure were planned for anew at each question.
SET LOCAL ROLE motcua_owner;

-- What a dossier that is settled adds to the day it ended on: days are numbered from 4000000, the first of 2000.
CREATE FUNCTION motcua.figure_ended_day(f motcua.figure_dossier)
    RETURNS TABLE (span integer, facts integer, classes smallint)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 4000000 + motcua.figure_due_day(f.closed),
           (x.facts & ~7) + (f.channel::integer << 4) + CASE WHEN f.by_officer THEN 64 ELSE 0 END,
           ((motcua.figure_facts(f, 'infinity', 0) & 7) + ((x.facts & 7) << 3) + ((motcua.figure_facts(f, 'infinity', 2) & 7) << 6))::smallint
      FROM (SELECT motcua.figure_facts(f, 'infinity', 1) AS facts) x
     WHERE f.accepted IS NOT NULL
$$;
REVOKE EXECUTE ON FUNCTION motcua.figure_ended_day FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_ended_day TO motcua_app, motcua_report;

-- As in 0046; p_cells = 4: what ended in the whole city, for those that do not ask whether it was received in the period.  A period
-- that begins at midnight, and ends so or lasts, is told by half months and days.  It is whole then: nothing is read beside them.
CREATE OR REPLACE FUNCTION motcua.figure_periods(p_bounds timestamptz[], p_cells integer, p_past boolean, p_observed timestamptz)
    RETURNS TABLE (k integer, since timestamptz, until timestamptz, since_whole timestamptz, until_whole timestamptz,
                   first integer, last integer, begins_whole boolean, ends_whole boolean, past boolean, cells integer[])
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 2 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_whole boolean;
    v_quarters boolean;
    v_day date;
    v_end date; -- the day after the last
BEGIN
    FOR i IN 1 .. cardinality(p_bounds) - 1 LOOP
        k := i;
        since := p_bounds[i];
        until := p_bounds[i + 1];
        past := p_past OR i < cardinality(p_bounds) - 1;
        first := motcua.figure_span(since);
        begins_whole := motcua.figure_span_start(first) = since;
        first := first + CASE WHEN begins_whole THEN 0 ELSE 1 END;
        last := motcua.figure_span(until) + CASE WHEN past THEN 0 ELSE 1 END;
        v_whole := p_cells > 0 AND first < last;
        v_day := motcua.figure_day(since);
        v_end := motcua.figure_day(until) + CASE WHEN past THEN 0 ELSE 1 END;
        IF p_cells = 4 AND v_day::timestamp AT TIME ZONE interval '7 hours' = since
           AND (NOT past OR v_end::timestamp AT TIME ZONE interval '7 hours' = until) THEN
            cells := '{}';
            IF v_whole THEN
                cells := ARRAY(SELECT generate_series(first, last - 1));
                WHILE v_day < motcua.figure_day(motcua.figure_span_start(first)) LOOP
                    cells := cells || 4000000 + (v_day - date '2000-01-01');
                    v_day := v_day + 1;
                END LOOP;
                v_day := motcua.figure_day(motcua.figure_span_start(last));
            END IF;
            IF v_day < v_end THEN
                cells := cells || ARRAY(SELECT generate_series(4000000 + (v_day - date '2000-01-01'),
                                                               3999999 + (v_end - date '2000-01-01')));
            END IF;
            since_whole := since;
            until_whole := v_end::timestamp AT TIME ZONE interval '7 hours';
            begins_whole := true;
            ends_whole := false;
            RETURN NEXT;
            CONTINUE;
        END IF;
        v_quarters := p_cells < 3 AND first % 6 IN (0, 5) AND begins_whole
                      AND (NOT p_past OR motcua.figure_span(p_observed) % 6 IN (0, 5));
        begins_whole := v_whole AND begins_whole;
        ends_whole := v_whole AND motcua.figure_span_start(last) = until;
        cells := '{}';
        since_whole := until;
        until_whole := until;
        IF v_whole THEN
            since_whole := motcua.figure_span_start(first);
            until_whole := motcua.figure_span_start(last);
            cells := ARRAY(SELECT s FROM generate_series(first, last - 1) s
                            WHERE NOT (v_quarters AND s % 6 <> 5 AND s / 6 * 6 >= first AND s / 6 * 6 + 5 <= last))
                     || CASE WHEN v_quarters THEN ARRAY(SELECT 2000000 + s / 6 FROM generate_series(first, last - 1) s
                                                         WHERE s % 6 = 0 AND s + 5 <= last) ELSE '{}' END
                     || CASE WHEN ends_whole THEN ARRAY[1000000 + last - 1] ELSE '{}' END;
        ELSE
            first := 0;
            last := 0;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

-- As in 0052, with what ended on the day.
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
    SELECT h.span, v.place, v.other, h.since, h.facts, h.classes, '', ''
      FROM half h CROSS JOIN LATERAL motcua.figure_pairs(h.place, h.other) v
     UNION ALL
    SELECT e.span, 0, 0, 0, e.facts, e.classes, '', '' FROM motcua.figure_ended_day(f) e
$$;

-- As in 0055, with the days.
CREATE OR REPLACE FUNCTION motcua.figure_year(p_first integer)
    RETURNS TABLE (span integer, place integer, other integer, since integer, facts integer, classes smallint,
                   procedure text, applicant text, n bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET work_mem = '128MB' SET enable_sort = off
    SET plan_cache_mode = force_custom_plan SET jit = off AS $$
DECLARE
    v_last integer := p_first + 23;
    v_since timestamptz := motcua.figure_span_start(p_first);
    v_until timestamptz := motcua.figure_span_start(v_last + 1);
    v_ends timestamptz[] := ARRAY(SELECT motcua.figure_span_start(p_first + i) FROM generate_series(1, 24) i);
BEGIN
    RETURN QUERY
    WITH f AS (
        SELECT f.*, CASE WHEN f.accepted < v_since THEN p_first - 1 ELSE p_first + width_bucket(f.accepted, v_ends) END AS since,
               CASE WHEN f.closed < v_until THEN p_first + width_bucket(f.closed, v_ends) ELSE v_last + 1 END AS span
          FROM motcua.figure_dossier f
         WHERE f.accepted < v_until AND f.closed >= v_since AND motcua.figure_settles(f.closed, f.moved, f.due_at)
           AND NOT EXISTS (SELECT FROM motcua.figure_unsettled u WHERE u.dossier = f.dossier)),
    half AS (
        SELECT CASE WHEN s.span < f.span THEN 1000000 ELSE 0 END + s.span AS span, f.competent AS place, f.receiving AS other,
               CASE WHEN f.since < p_first THEN motcua.figure_span(f.accepted) ELSE f.since END AS since, j.flags AS facts,
               j.class + (b.class << 3) + (c.class << 6) AS classes, f.procedure, f.applicant
          FROM f CROSS JOIN LATERAL generate_series(greatest(f.since, p_first), least(f.span, v_last)) s(span)
         CROSS JOIN LATERAL (SELECT v_ends[s.span - p_first + 1] AS until OFFSET 0) u
         CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original, f.basis,
               f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, false, f.competent, u.until,
               'infinity', 0) j
         CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original, f.basis,
               f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, false, f.competent, u.until,
               'infinity', 1) b
         CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original, f.basis,
               f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, false, f.competent, u.until,
               'infinity', 2) c
         UNION ALL
        SELECT p_first + width_bucket(f.first_decided, v_ends), j.place, f.competent, motcua.figure_span(greatest(
               f.first_decided, f.accepted, f.supplemented, CASE WHEN f.refused_incomplete THEN f.closed END)), j.facts, 0,
               f.procedure, f.applicant
          FROM motcua.figure_dossier f
         CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted, f.accepted, f.supplemented,
               f.refused_incomplete, f.closed, f.channel, f.by_officer, false, f.receiving, 'infinity') j
         WHERE f.first_decided >= v_since AND f.first_decided < v_until AND motcua.figure_settles(f.closed, f.moved, f.due_at)
           AND NOT EXISTS (SELECT FROM motcua.figure_unsettled u WHERE u.dossier = f.dossier)),
    half_n AS MATERIALIZED (
        SELECT h.span, h.place, h.other, h.since, h.facts, h.classes::smallint AS classes, h.procedure, h.applicant, count(*) AS n
          FROM half h GROUP BY 1, 2, 3, 4, 5, 6, 7, 8),
    one AS (
        SELECT h.* FROM half_n h
         UNION ALL
        SELECT 2000000 + h.span / 6, h.place, h.other, motcua.figure_since(h.since), h.facts, h.classes, h.procedure, h.applicant,
               h.n
          FROM half_n h WHERE h.span < 1000000 AND h.span % 6 <> 5),
    pair AS ( -- every two agencies once
        SELECT x.place, x.other, x.place = x.other OR EXISTS (
               SELECT FROM motcua.figure_usual u WHERE u.place = x.place AND u.other = x.other) AS usual
          FROM (SELECT DISTINCT h.place, h.other FROM half_n h) x)
    SELECT o.span, o.place, o.other, o.since, o.facts, o.classes, NULL, o.applicant, sum(o.n)::bigint
      FROM one o GROUP BY 1, 2, 3, 4, 5, 6, 8
     UNION ALL
    SELECT o.span, CASE WHEN u.usual THEN 0 ELSE o.place END, CASE WHEN u.usual THEN 0 ELSE o.other END, o.since, o.facts,
           o.classes, o.procedure, o.applicant, sum(o.n)::bigint
      FROM one o JOIN pair u ON u.place = o.place AND u.other = o.other
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
     UNION ALL
    SELECT h.span, v.place, v.other, h.since, h.facts, h.classes, '', '', sum(h.n)::bigint
      FROM half_n h JOIN pair u ON u.place = h.place AND u.other = h.other
     CROSS JOIN LATERAL (SELECT 0 AS place, 0 AS other UNION ALL SELECT h.place, h.other WHERE NOT u.usual) v
     GROUP BY 1, 2, 3, 4, 5, 6
     UNION ALL
    SELECT e.span, 0, 0, 0, e.facts, e.classes, '', '', count(*)
      FROM motcua.figure_dossier f CROSS JOIN LATERAL motcua.figure_ended_day(f) e
     WHERE f.closed >= v_since AND f.closed < v_until AND motcua.figure_settles(f.closed, f.moved, f.due_at)
       AND NOT EXISTS (SELECT FROM motcua.figure_unsettled u WHERE u.dossier = f.dossier)
     GROUP BY 1, 5, 6;
END $$;

INSERT INTO motcua.figure_cell (span, place, other, since, facts, classes, procedure, applicant, n)
SELECT e.span, 0, 0, 0, e.facts, e.classes, '', '', count(*)
  FROM motcua.figure_dossier f CROSS JOIN LATERAL motcua.figure_ended_day(f) e
 WHERE motcua.figure_settles(f.closed, f.moved, f.due_at)
   AND NOT EXISTS (SELECT FROM motcua.figure_unsettled u WHERE u.dossier = f.dossier)
 GROUP BY 1, 5, 6;

-- As in 0068, but for p_want & 32, and for what is open of those that were asked for papers.
CREATE OR REPLACE FUNCTION motcua.figure_told(p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                   p_observed timestamptz, p_past boolean, p_body integer[], p_cells integer,
                                   p_want integer)
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer, channel smallint,
                   officer bigint, procedure text, applicant text, n integer)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH p AS MATERIALIZED (
        SELECT y.*, CASE WHEN y.decided_first THEN y.since ELSE y.since_whole END AS decided_since,
               CASE WHEN y.decided_last THEN y.until ELSE y.until_whole END AS decided_until,
               CASE WHEN y.decided_first THEN ARRAY[y.first - 1] ELSE '{}' END || CASE WHEN y.decided_last THEN ARRAY[y.last] ELSE '{}' END
               AS cut_decided,
               y.first - CASE WHEN y.mostly THEN 1 ELSE 0 END AS told_from,
               CASE WHEN y.mostly THEN motcua.figure_span_start(y.first - 1) ELSE y.since END AS wrong_since,
               CASE WHEN y.mostly THEN y.since ELSE y.since_whole END AS wrong_until,
               CASE WHEN y.cut_first THEN y.since ELSE y.since_whole END AS ended_since,
               CASE WHEN y.cut_last THEN y.until ELSE y.until_whole END AS ended_until,
               CASE WHEN y.cut_first THEN ARRAY[y.first - 1] ELSE '{}' END || CASE WHEN y.cut_last THEN ARRAY[y.last] ELSE '{}' END AS cut
          FROM (
        SELECT x.*, x.last > 0 AND NOT x.begins_whole
                    AND x.since - motcua.figure_span_start(x.first - 1) < x.since_whole - x.since AS mostly,
               p_cells = 3 AND p_want & 17 = 17 AND x.last > 0 AND NOT x.begins_whole
                    AND x.since - motcua.figure_span_start(x.first - 1) < x.since_whole - x.since AS cut_first,
               p_cells = 3 AND p_want & 17 = 17 AND x.last > 0 AND x.past AND NOT x.ends_whole
                    AND motcua.figure_span_start(x.last + 1) - x.until < x.until - x.until_whole AS cut_last,
               p_cells = 3 AND p_want & 20 = 20 AND x.last > 0 AND x.past AND NOT x.begins_whole AND x.first - 1 < x.unsure
                    AND x.since - motcua.figure_span_start(x.first - 1) < x.since_whole - x.since AS decided_first,
               p_cells = 3 AND p_want & 20 = 20 AND x.last > 0 AND x.past AND NOT x.ends_whole AND x.last < x.unsure
                    AND motcua.figure_span_start(x.last + 1) - x.until < x.until - x.until_whole AS decided_last,
               p_cells = 3 AND NOT x.past AND x.until <= p_observed AND p_want & 6 <> 0 AS live,
               CASE WHEN x.last > 0 THEN x.first ELSE motcua.figure_span(x.since) + 1 END AS received,
               motcua.figure_due_day(x.until) AS today,
               motcua.figure_day(x.until)::timestamp AT TIME ZONE interval '7 hours' AS day_since,
               (motcua.figure_day(x.until) + 1)::timestamp AT TIME ZONE interval '7 hours' AS day_until
          FROM (SELECT q.*, CASE WHEN p_past THEN motcua.figure_span(p_observed) ELSE 1000000 END AS unsure
                  FROM motcua.figure_periods(p_bounds, CASE WHEN (p_cells = 2 OR p_cells = 3 AND p_want & 16 = 0) AND EXISTS (
               SELECT FROM motcua.figure_usual u WHERE p_body[u.place] <> p_body[u.other]) THEN 0
               WHEN p_cells = 3 AND p_want & 55 = 49 THEN 4 ELSE p_cells END, p_past, p_observed) q) x) y),
    -- mostly: all that was accepted in the half month which the period begins in is told by cells as received in it, else as
    -- carried over; of what was accepted from wrong_since to wrong_until that is wrong.
    -- cut: half months of which more lies within the period than outside it: what ended is told by their cells, less what ended
    -- outside.  ended_since, ended_until: between these it is told by cells.  cut_decided, decided_since, decided_until: so first
    -- submissions, of periods that are over, but not in the half month of p_observed (unsure).
    -- span, since: from here on it is not sure that what is known of a first submission was known at p_observed.
    -- live: up to this moment, the whole city: what is open is told by figure_open_cell, but for what falls due today;
    -- received: from this half month on all that was accepted was received in the period.
    -- mine: by number of an agency, whether it is asked for.  whole: so many that all open dossiers are looked through
    o AS MATERIALIZED (
        SELECT CASE WHEN p_past THEN motcua.figure_span(p_observed) ELSE 1000000 END AS span,
               CASE WHEN p_past THEN motcua.figure_span_start(motcua.figure_span(p_observed)) ELSE 'infinity' END AS since,
               ARRAY(SELECT y.id IS NOT NULL FROM generate_series(1, cardinality(p_body)) x(id)
                       LEFT JOIN (SELECT DISTINCT a AS id FROM unnest(p_agencies) a) y ON y.id = x.id
                      ORDER BY x.id) AS mine,
               cardinality(p_agencies) > 20 AS whole)
    SELECT c.k, 0::bigint, CASE WHEN c.facts < 1 << 30 THEN (c.classes >> 3 * p_basis & 7)
                + CASE WHEN c.since >= c.told_from THEN 8 ELSE 0 END ELSE 0 END
           + c.facts + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END,
           c.place, CASE WHEN c.facts < 1 << 30 THEN c.other ELSE c.place END, (c.facts >> 4 & 3)::smallint, 0::bigint,
           c.procedure, c.applicant, c.n
      FROM (SELECT p.k, p.told_from, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 1 AND c.procedure IS NULL AND c.place = ANY (p_agencies)
             UNION ALL
            SELECT p.k, p.told_from, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 2 AND p_want & 8 = 0 AND c.procedure <> ''
             UNION ALL
            SELECT p.k, p.told_from, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 2 AND p_want & 8 <> 0 AND c.procedure <> '' AND c.facts & 256 <> 0 AND c.facts < 1 << 30
             UNION ALL
            SELECT p.k, p.told_from, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 3 AND c.procedure = '' AND c.place = 0
             UNION ALL -- what ended, or was decided at first, in those that are cut
            SELECT p.k, p.told_from, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cut)
             WHERE c.procedure = '' AND c.place = 0 AND c.facts < 1 << 30
             UNION ALL
            SELECT p.k, p.told_from, u.* FROM p JOIN motcua.figure_undo u ON u.span = ANY (p.cut)
             WHERE u.procedure = '' AND u.place = 0 AND u.facts < 1 << 30
             UNION ALL
            SELECT p.k, p.told_from, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cut_decided)
             WHERE c.procedure = '' AND c.place = 0 AND c.facts >= 1 << 30
             UNION ALL
            SELECT p.k, p.told_from, u.* FROM p JOIN motcua.figure_undo u ON u.span = ANY (p.cut_decided)
             WHERE u.procedure = '' AND u.place = 0 AND u.facts >= 1 << 30
             UNION ALL -- of these so many from elsewhere
            SELECT p.k, p.told_from, c.span, c.place * v.sign, c.other * v.sign, c.since, c.facts, c.classes,
                   c.n * (v.sign * 2 - 1), c.procedure, c.applicant
              FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells) CROSS JOIN (VALUES (0), (1)) v(sign)
             WHERE p_cells = 3 AND p_want & 16 = 0 AND c.procedure = '' AND c.place <> 0
             UNION ALL
            SELECT p.k, p.told_from, u.* FROM p JOIN motcua.figure_undo u ON u.span = ANY (p.cells)
             WHERE (p_cells = 1 AND u.procedure IS NULL AND u.place = ANY (p_agencies))
                OR (p_cells = 2 AND u.procedure <> '') OR (p_cells = 3 AND u.procedure = '' AND u.place = 0)
             UNION ALL
            SELECT p.k, p.told_from, u.span, u.place * v.sign, u.other * v.sign, u.since, u.facts, u.classes,
                   u.n * (v.sign * 2 - 1), u.procedure, u.applicant
              FROM p JOIN motcua.figure_undo u ON u.span = ANY (p.cells) CROSS JOIN (VALUES (0), (1)) v(sign)
             WHERE p_cells = 3 AND p_want & 16 = 0 AND u.procedure = '' AND u.place <> 0) c
     WHERE CASE WHEN c.facts < 1 << 30
                THEN p_want & 3 <> 0 AND (p_want & 8 = 0 OR c.facts & 256 <> 0)
                ELSE p_want & 4 <> 0 AND c.since < (SELECT o.span FROM o) END
     UNION ALL -- no cells: each by itself
    SELECT p.k, f.dossier, CASE WHEN f.due_at < p.until AND coalesce(f.supplemented < p.until, true) AND p.until <= p_observed
                THEN motcua.figure_facts(f, p.until, p_basis)
                ELSE (SELECT j.class + (j.flags & 1792) FROM motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
                     f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel,
                     f.by_officer, f.moved, f.competent, p.until, p_observed, p_basis) j) END
           + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END + (f.channel::integer << 4)
           + CASE WHEN f.by_officer THEN 64 ELSE 0 END + CASE WHEN p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END,
           f.competent, f.receiving, f.channel, f.officer, f.procedure, f.applicant, 1
      FROM p CROSS JOIN LATERAL (
           SELECT f.* FROM motcua.figure_dossier f
            WHERE p_cells = 0 AND p_want & 2 <> 0 AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.accepted < p.until
              AND NOT f.moved AND f.competent = ANY (p_agencies) AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL)
            UNION ALL
           SELECT f.* FROM motcua.figure_dossier f
            WHERE p_cells = 0 AND p_want & 1 <> 0 AND f.closed >= p.since AND f.closed < p.until AND f.accepted IS NOT NULL
              AND NOT f.moved AND f.competent = ANY (p_agencies) AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL) OFFSET 0) f
     UNION ALL
    SELECT f.k, f.dossier, j.class + j.flags + CASE WHEN f.accepted >= f.p_since THEN 8 ELSE 0 END
           + CASE WHEN f.moved THEN motcua.figure_elsewhere(f.dossier, f.accepted, f.receiving, f.competent, p_body)
                  WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END,
           j.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, 1
      FROM (
           SELECT p.k, p.since AS p_since, p.until AS p_until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_unsettled q
                CROSS JOIN LATERAL (SELECT f.* FROM motcua.figure_dossier f WHERE f.dossier = q.dossier OFFSET 0) f
                WHERE p.last > 0 AND f.closed >= p.ended_since
                  AND (f.closed < p.ended_until OR p.ends_whole)
                  AND f.accepted < p.until AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- pending at a time that is past
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p_cells = 0 AND p_want & 2 <> 0 AND p.past AND f.closed IS NOT NULL AND f.closed >= p.until AND NOT f.moved
                  AND f.accepted >= p.until - interval '60 days' AND f.accepted < p.until
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p_cells = 0 AND p_want & 2 <> 0 AND p.past AND f.accepted IS NOT NULL AND NOT f.moved
                  AND f.closed - f.accepted > interval '60 days' AND f.closed >= p.until
                  AND f.accepted < p.until - interval '60 days' AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- a date was told after it was closed
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND f.due_at > f.closed AND f.closed >= p.ended_since
                  AND (f.closed < p.ended_until OR p.ends_whole) AND f.accepted < p.until AND NOT f.moved
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
                WHERE p_cells = 0 AND f.first_decided >= p.since AND f.first_decided < p.until AND NOT f.moved
                  AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_unsettled q
                CROSS JOIN LATERAL (SELECT f.* FROM motcua.figure_dossier f WHERE f.dossier = q.dossier OFFSET 0) f
                WHERE p.last > 0 AND f.first_decided >= p.decided_since AND f.first_decided < p.decided_until
                  AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- of which something came true after p_observed
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND f.first_decided >= p.decided_since AND f.first_decided < p.decided_until
                  AND (f.accepted > f.first_decided OR f.supplemented IS NOT NULL OR f.refused_incomplete)
                  AND greatest(f.accepted, f.supplemented, CASE WHEN f.refused_incomplete THEN f.closed END)
                  >= (SELECT o.since FROM o)
                  AND motcua.figure_settles(f.closed, f.moved, f.due_at) AND f.receiving = ANY (p_agencies)
                  AND NOT EXISTS (SELECT FROM motcua.figure_unsettled q WHERE q.dossier = f.dossier) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND f.due_at > f.closed AND NOT f.moved AND f.first_decided >= p.decided_since
                  AND f.first_decided < p.decided_until AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.moved AND f.first_decided >= p.since AND f.first_decided < p.until OFFSET 0) f) f
     CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
           f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
           f.receiving, p_observed) j
     WHERE p_want & 4 <> 0 AND j.place = ANY (p_agencies)
     UNION ALL -- what half months that are not whole hold: many with the same facts are one row
    SELECT g.k, 0, g.facts + CASE WHEN p_body[g.receiving] <> p_body[g.competent] THEN 128 ELSE 0 END, g.competent, g.receiving,
           (g.facts >> 4 & 3)::smallint, 0, g.procedure, g.applicant, g.n
      FROM (SELECT p.k, CASE WHEN p_cells = 1 THEN f.competent END AS competent,
                   CASE WHEN p_cells = 1 THEN f.receiving END AS receiving,
                   CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   CASE WHEN p_cells <> 3 THEN f.applicant END AS applicant,
                   CASE WHEN f.due_at < p.until AND coalesce(f.supplemented < p.until, true) AND p.until <= p_observed THEN
                        motcua.figure_facts(f, p.until, p_basis)
                   ELSE (SELECT j.class + (j.flags & 1792)
                           FROM motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
                                f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel,
                                f.by_officer, f.moved, f.competent, p.until, p_observed, p_basis) j) END
                   + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END + (f.channel::integer << 4)
                   + CASE WHEN f.by_officer THEN 64 ELSE 0 END
                   + CASE WHEN p_cells > 1 AND p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END
                   AS facts, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (
                   SELECT f.* FROM (VALUES (p.since, p.ended_since), (p.ended_until, p.until)) v(since, until)
                     CROSS JOIN LATERAL (
                          SELECT f.* FROM motcua.figure_dossier f
                           WHERE p_cells > 0 AND p_want & 1 <> 0 AND f.closed >= v.since AND f.closed < v.until
                             AND f.accepted IS NOT NULL AND NOT f.moved AND f.competent = ANY (p_agencies) OFFSET 0) f
                    UNION ALL -- pending at a time that is past
                   SELECT f.* FROM (
                       SELECT f.* FROM motcua.figure_dossier f
                        WHERE p_cells > 0 AND p_want & 2 <> 0 AND p.past AND NOT p.ends_whole AND f.closed IS NOT NULL
                          AND f.closed >= p.until AND NOT f.moved AND f.accepted >= p.until - interval '60 days'
                          AND f.accepted < p.until AND f.competent = ANY (p_agencies) OFFSET 0) f
                    UNION ALL
                   SELECT f.* FROM (
                       SELECT f.* FROM motcua.figure_dossier f
                        WHERE p_cells > 0 AND p_want & 2 <> 0 AND p.past AND NOT p.ends_whole AND f.accepted IS NOT NULL
                          AND NOT f.moved AND f.closed - f.accepted > interval '60 days' AND f.closed >= p.until
                          AND f.accepted < p.until - interval '60 days' AND f.competent = ANY (p_agencies) OFFSET 0) f) f
             WHERE p_want & 8 = 0 OR f.supplemented IS NOT NULL
             GROUP BY 1, 2, 3, 4, 5, 6) g
     UNION ALL -- received in the period or carried over?
    SELECT g.k, 0, CASE WHEN v.is_right THEN g.facts ELSE g.facts # 8 END
           + CASE WHEN p_body[g.receiving] <> p_body[g.competent] THEN 128 ELSE 0 END, g.competent, g.receiving,
           (g.facts >> 4 & 3)::smallint, 0, g.procedure, g.applicant, CASE WHEN v.is_right THEN g.n ELSE -g.n END
      FROM (SELECT p.k, CASE WHEN p_cells = 1 THEN f.competent END AS competent,
                   CASE WHEN p_cells = 1 THEN f.receiving END AS receiving,
                   CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   CASE WHEN p_cells <> 3 THEN f.applicant END AS applicant,
                   CASE WHEN f.due_at < p.until AND coalesce(f.supplemented < p.until, true) AND p.until <= p_observed THEN
                        motcua.figure_facts(f, p.until, p_basis)
                   ELSE (SELECT j.class + (j.flags & 1792)
                           FROM motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
                                f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel,
                                f.by_officer, f.moved, f.competent, p.until, p_observed, p_basis) j) END
                   + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END + (f.channel::integer << 4)
                   + CASE WHEN f.by_officer THEN 64 ELSE 0 END
                   + CASE WHEN p_cells > 1 AND p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END
                   AS facts, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p_want & 3 <> 0 AND p.last > 0 AND NOT p.begins_whole AND f.closed IS NOT NULL
                      AND f.accepted IS NOT NULL AND f.accepted >= p.wrong_since AND f.accepted < p.wrong_until
                      AND f.closed >= p.ended_since AND (f.closed < p.ended_until OR p.ends_whole)
                      AND motcua.figure_settles(f.closed, f.moved, f.due_at) AND f.competent = ANY (p_agencies)
                      AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL)
                      AND NOT EXISTS (SELECT FROM motcua.figure_unsettled q WHERE q.dossier = f.dossier) OFFSET 0) f
             GROUP BY 1, 2, 3, 4, 5, 6) g
     CROSS JOIN (VALUES (true), (false)) v(is_right)
     UNION ALL -- what cells of half months that are cut tell of what ended outside the period
    SELECT g.k, 0, g.facts, NULL, NULL, (g.facts >> 4 & 3)::smallint, 0, NULL, NULL, -g.n
      FROM (SELECT p.k, motcua.figure_facts(f, 'infinity', p_basis)
                   + CASE WHEN f.accepted >= motcua.figure_span_start(p.told_from) THEN 8 ELSE 0 END
                   + (f.channel::integer << 4) + CASE WHEN f.by_officer THEN 64 ELSE 0 END AS facts, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (VALUES
                        (p.cut_first, CASE WHEN p.cut_first THEN motcua.figure_span_start(p.first - 1) END, p.since),
                        (p.cut_last, p.until, CASE WHEN p.cut_last THEN motcua.figure_span_start(p.last + 1) END)) v(cut, since, until)
             CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE v.cut AND f.closed >= v.since AND f.closed < v.until AND f.accepted IS NOT NULL
                      AND f.competent = ANY (p_agencies) AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL)
                      AND motcua.figure_settles(f.closed, f.moved, f.due_at)
                      AND NOT EXISTS (SELECT FROM motcua.figure_unsettled q WHERE q.dossier = f.dossier) OFFSET 0) f
             GROUP BY 1, 2) g
     UNION ALL
    SELECT g.k, 0, g.facts, NULL, NULL, (g.facts >> 4 & 3)::smallint, 0, NULL, NULL, -g.n
      FROM (SELECT p.k, j.facts, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (VALUES
                        (p.decided_first, CASE WHEN p.decided_first THEN motcua.figure_span_start(p.first - 1) END, p.since),
                        (p.decided_last, p.until, CASE WHEN p.decided_last THEN motcua.figure_span_start(p.last + 1) END)) v(cut, since, until)
             CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE v.cut AND f.first_decided >= v.since AND f.first_decided < v.until AND f.receiving = ANY (p_agencies)
                      AND motcua.figure_settles(f.closed, f.moved, f.due_at)
                      AND greatest(f.first_decided, f.accepted, f.supplemented, CASE WHEN f.refused_incomplete THEN f.closed END)
                          < (SELECT o.since FROM o)
                      AND NOT EXISTS (SELECT FROM motcua.figure_unsettled q WHERE q.dossier = f.dossier) OFFSET 0) f
             CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
                   f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, false,
                   f.receiving, 'infinity') j
             GROUP BY 1, 2) g
     UNION ALL -- first submissions decided in half months that are not whole
    SELECT g.k, 0, g.facts, g.receiving, g.receiving, (g.facts >> 4 & 3)::smallint, 0, g.procedure, g.applicant, g.n
      FROM (SELECT p.k, CASE WHEN p_cells = 1 THEN f.receiving END AS receiving,
                   CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   CASE WHEN p_cells <> 3 THEN f.applicant END AS applicant,
                   j.facts + CASE WHEN p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END AS facts,
                   count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (
                   SELECT f.* FROM (VALUES (p.since, p.decided_since), (p.decided_until, p.until)) v(since, until)
                     CROSS JOIN LATERAL (
                          SELECT f.* FROM motcua.figure_dossier f
                           WHERE p_cells > 0 AND p_want & 4 <> 0 AND f.first_decided >= v.since AND f.first_decided < v.until
                             AND NOT f.moved AND f.receiving = ANY (p_agencies) OFFSET 0) f) f
             CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
                   f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, false,
                   f.receiving, p_observed) j
             GROUP BY 1, 2, 3, 4, 5) g
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
                      AND f.first_decided >= p.decided_since
                      AND f.first_decided < p.decided_until AND NOT f.moved AND f.receiving = ANY (p_agencies)
                     UNION ALL -- the rest of those below: not accepted by then
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.last > 0 AND NOT p.live AND p_want & 4 <> 0 AND (SELECT o.whole FROM o) AND f.closed IS NULL
                      AND f.first_decided IS NOT NULL
                      AND f.accepted IS DISTINCT FROM f.first_decided AND coalesce(f.accepted >= p.until, true)
                      AND f.first_decided >= p.decided_since AND f.first_decided < p.decided_until AND NOT f.moved
                      AND f.receiving = ANY (p_agencies) OFFSET 0) f
             CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
                   f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
                   f.receiving, p_observed) j
             GROUP BY 1, 2, 3, 4, 5, 6) o
     UNION ALL -- of many agencies: all are looked through, once for both streams (2048: a first submission of the period;
     -- bit 20: told as carried over below)
    SELECT g.k, 0, x.facts + CASE WHEN p_body[g.receiving] <> p_body[g.competent] THEN 128 ELSE 0 END, x.place, g.receiving,
           (g.facts >> 4 & 3)::smallint, 0, g.procedure, g.applicant, g.n * x.sign
      FROM (SELECT p.k, CASE WHEN p_cells = 1 THEN f.competent END AS competent,
                   CASE WHEN p_cells = 1 THEN f.receiving END AS receiving,
                   CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   CASE WHEN p_cells <> 3 THEN f.applicant END AS applicant,
                   CASE WHEN f.due_at < p.until AND coalesce(f.supplemented < p.until, true) AND p.until <= p_observed THEN
                        motcua.figure_facts(f, p.until, p_basis)
                        + CASE WHEN f.supplemented IS NULL THEN CASE WHEN f.first_accepted THEN 28672 ELSE 16384 END
                               WHEN f.first_accepted THEN 53248 ELSE 49152 END
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
                   + CASE WHEN f.first_decided >= p.decided_since AND f.first_decided < p.decided_until THEN 2048 ELSE 0 END
                   + CASE WHEN p.live AND NOT p.begins_whole AND f.accepted >= p.since
                           AND f.accepted < motcua.figure_span_start(p.received)
                           AND (f.stopped IS NULL AND motcua.figure_due_day(motcua.figure_due(f, p_basis)) = p.today) IS NOT TRUE
                          THEN 1 << 20 ELSE 0 END
                   AS facts, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE NOT p.live AND p_want & 8 = 0 AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.accepted < p.until
                      AND NOT f.moved
                     UNION ALL -- asked for papers: an index of their own
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE NOT p.live AND p_want & 8 <> 0 AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.supplemented IS NOT NULL
                      AND f.accepted < p.until AND NOT f.moved
                     UNION ALL -- due today; received in a half month that begins before the period
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.live AND f.closed IS NULL AND f.accepted IS NOT NULL AND NOT f.moved AND f.stopped IS NULL
                      AND f.original = f.basis AND f.current = f.basis AND f.basis >= p.day_since AND f.basis < p.day_until
                     UNION ALL
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.live AND f.closed IS NULL AND f.accepted IS NOT NULL AND NOT f.moved AND f.stopped IS NULL
                      AND (f.original = f.basis AND f.current = f.basis) IS NOT TRUE
                      AND motcua.figure_due_day(motcua.figure_due(f, p_basis)) = p.today
                     UNION ALL -- received in the half month that begins before the period: told as carried over below
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.live AND NOT p.begins_whole AND f.closed IS NULL AND f.accepted IS NOT NULL AND NOT f.moved
                      AND f.accepted >= p.since AND f.accepted < motcua.figure_span_start(p.received)
                      AND (f.stopped IS NULL AND motcua.figure_due_day(motcua.figure_due(f, p_basis)) = p.today) IS NOT TRUE
                      AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL)
                    OFFSET 0) f
             WHERE p_cells > 0 AND p_want & 6 <> 0 AND (SELECT o.whole FROM o)
             GROUP BY 1, 2, 3, 4, 5, 6) g
     CROSS JOIN LATERAL (SELECT g.facts & 1023 AS facts, g.competent AS place, 1 AS sign
                          WHERE p_want & 2 <> 0 AND (p_cells > 1 OR (SELECT o.mine FROM o)[g.competent])
                          UNION ALL
                         SELECT g.facts & 1015, g.competent, -1 WHERE p_want & 2 <> 0 AND (g.facts & (1 << 20)) <> 0
                          UNION ALL
                         SELECT (1 << 30) + (g.facts >> 12 & 15) + (g.facts & 240), g.receiving, 1
                          WHERE p_want & 4 <> 0 AND g.facts & 2048 <> 0
                            AND (p_cells > 1 OR (SELECT o.mine FROM o)[g.receiving])) x
     UNION ALL -- up to this moment, of the whole city
    SELECT p.k, 0, x.facts + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END, NULL, NULL,
           (c.facts >> 4 & 3)::smallint, 0, NULL, NULL, c.n
      FROM p
     CROSS JOIN LATERAL (
           SELECT c.since, c.first, c.place, c.other, c.facts, c.original, c.basis, c.current, c.n FROM motcua.figure_open_cell c
            WHERE p.live AND c.place = 0
            UNION ALL
           SELECT c.since, c.first, c.place * v.sign, c.other * v.sign, c.facts, c.original, c.basis, c.current, c.n * (v.sign * 2 - 1)
             FROM motcua.figure_open_cell c CROSS JOIN (VALUES (0), (1)) v(sign)
            WHERE p.live AND p_want & 16 = 0 AND c.place <> 0) c
     CROSS JOIN LATERAL (SELECT CASE p_basis WHEN 0 THEN c.original WHEN 1 THEN c.basis ELSE c.current END AS due) d
     CROSS JOIN LATERAL (SELECT CASE WHEN d.due = -2 THEN 5 WHEN d.due < p.today THEN 4 ELSE 3 END
                                + CASE WHEN c.since >= p.received THEN 8 ELSE 0 END + (c.facts & 1023) AS facts
                          WHERE p_want & 2 <> 0 AND c.since > 0
                          UNION ALL
                         SELECT (1 << 30) + (c.facts >> 12 & 15) + (c.facts & 112)
                          WHERE p_want & 4 <> 0 AND c.first >= p.first AND c.first < p.last) x
     WHERE d.due <> p.today AND (p_want & 8 = 0 OR c.facts & 256 <> 0)
$$;

-- As in 0067, but for papers by procedure.
CREATE OR REPLACE FUNCTION motcua.figure_counts(p_agencies integer[], p_bounds timestamptz[], p_basis integer, p_observed timestamptz,
                                     p_past boolean, p_body integer[], p_by integer, p_procedures text[], p_channel integer,
                                     p_officer bigint, p_receivings integer[], p_applicant text, p_cells integer,
                                     p_want integer, p_across integer DEFAULT 0)
    RETURNS TABLE (k integer, key text, facts integer, n bigint, across text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_sort = off SET plan_cache_mode = auto
    SET enable_seqscan = on AS $$
BEGIN
    IF p_officer > 0 THEN
        RETURN QUERY
        SELECT r.k, CASE p_by WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN p_officer::text WHEN 4 THEN r.channel::text
                              WHEN 5 THEN r.receiving::text WHEN 6 THEN r.applicant END,
               r.facts, count(*),
               CASE p_across WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN p_officer::text WHEN 4 THEN r.channel::text
                             WHEN 5 THEN r.receiving::text WHEN 6 THEN r.applicant END
          FROM motcua.figure_officer(p_officer, p_agencies, p_bounds, p_basis, p_observed, p_past, p_body) r
         WHERE (p_procedures IS NULL OR r.procedure = ANY (p_procedures)) AND (p_channel < 0 OR r.channel = p_channel)
           AND (p_receivings IS NULL OR r.receiving = ANY (p_receivings)) AND (p_applicant IS NULL OR r.applicant = p_applicant)
         GROUP BY 1, 2, 3, 5;
        RETURN;
    END IF;
    IF p_cells = 3 AND p_want & 16 = 0 AND EXISTS (SELECT FROM motcua.figure_usual u WHERE p_body[u.place] <> p_body[u.other]) THEN
        p_cells := 1; -- the organisation says otherwise by now
    END IF;
    IF p_cells = 3 OR p_cells = 2 AND p_want & 8 <> 0 THEN -- all agencies: nothing to plan for
        PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    ELSIF cardinality(p_agencies) > 20 THEN
        PERFORM set_config('plan_cache_mode', 'force_custom_plan', true);
    END IF;
    IF p_cells > 0 THEN
        PERFORM set_config('enable_seqscan', 'off', true);
    END IF;
    RETURN QUERY
SELECT r.k, CASE p_by WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN o.officer::text
                          WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text
                          WHEN 6 THEN r.applicant END AS key,
       r.facts, sum(r.n)::int8 AS n,
       CASE p_across WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN o.officer::text
                     WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text
                     WHEN 6 THEN r.applicant END AS across
  FROM motcua.figure_told(p_agencies, p_bounds, p_basis, p_observed, p_past, p_body,
                          p_cells, p_want) r
  LEFT JOIN LATERAL (
       SELECT coalesce(CASE
              WHEN p_by <> 3 AND p_across <> 3 AND p_officer < 0 THEN 0 -- nobody asks
              WHEN r.facts >= 1 << 30 THEN (
                   SELECT e.actor FROM motcua.dossier_event e
                    WHERE e.dossier = r.dossier AND e.kind = 'ATTEMPT_DECIDED' ORDER BY e.seq LIMIT 1)
              WHEN r.officer <> 0 THEN r.officer
              ELSE (SELECT t.officer FROM motcua.task t
                     WHERE t.dossier = r.dossier AND left(t.step, 1) <> '@' ORDER BY t.due, t.task LIMIT 1)
              END, 0) AS officer) o ON true
 WHERE (p_procedures IS NULL OR r.procedure = ANY (p_procedures))
   AND (p_channel < 0 OR r.channel = p_channel)
   AND (p_officer < 0 OR o.officer = p_officer)
   AND (p_receivings IS NULL OR r.receiving = ANY (p_receivings))
   AND (p_applicant IS NULL OR r.applicant = p_applicant)
 GROUP BY 1, 2, 3, 5 HAVING sum(r.n) <> 0;
END $$;

-- As in 0052, but by days, too, and of one channel, receiving unit, kind of applicant; the agencies are named once: named twice a plan
-- through their index seemed dear.
DROP FUNCTION motcua.figure_resolved;
CREATE FUNCTION motcua.figure_resolved(p_agencies integer[], p_since timestamptz, p_until timestamptz, p_past boolean,
                                       p_procedures text[], p_channel integer, p_receivings integer[], p_applicant text,
                                p_late boolean, p_cells integer)
    RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    p record;
    v_cells bigint;
BEGIN
    -- cells of quarters can be used as well: nothing here is known only later
    SELECT * INTO p FROM motcua.figure_periods(ARRAY[p_since, p_until], CASE p_cells WHEN 3 THEN 4 ELSE p_cells END, p_past, p_since);
    SELECT coalesce(sum(c.n), 0) INTO v_cells FROM (
        SELECT c.* FROM motcua.figure_cell c
         WHERE p_cells = 1 AND c.span = ANY (p.cells) AND c.procedure IS NULL AND c.place = ANY (p_agencies)
         UNION ALL
        SELECT c.* FROM motcua.figure_cell c
         WHERE p_cells = 2 AND c.span = ANY (p.cells) AND c.procedure = ANY (p_procedures)
         UNION ALL
        SELECT c.* FROM motcua.figure_cell c
         WHERE p_cells = 3 AND c.span = ANY (p.cells) AND c.procedure = '' AND c.place = 0
         UNION ALL
        SELECT u.* FROM motcua.figure_undo u
         WHERE u.span = ANY (p.cells) AND CASE p_cells WHEN 1 THEN u.procedure IS NULL AND u.place = ANY (p_agencies)
               WHEN 2 THEN u.procedure = ANY (p_procedures) ELSE u.procedure = '' AND u.place = 0 END) c
     WHERE (p_channel < 0 OR c.facts >> 4 & 3 = p_channel) AND (p_receivings IS NULL OR c.other = ANY (p_receivings))
       AND (p_applicant IS NULL OR c.applicant = p_applicant) AND c.facts < 1 << 30 AND (c.classes >> 3 & 7) BETWEEN CASE WHEN p_late THEN 2 ELSE 0 END AND 2;
    RETURN v_cells + (
        SELECT count(*) FROM (
            SELECT f.* FROM motcua.figure_dossier f
             WHERE f.closed >= p_since AND f.closed < p.since_whole
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f
             WHERE f.closed >= p.until_whole AND f.closed < p_until
             UNION ALL
            SELECT f.* FROM motcua.figure_unsettled q JOIN motcua.figure_dossier f ON f.dossier = q.dossier
             WHERE f.closed >= p.since_whole AND f.closed < least(p.until_whole, p_until)
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f
             WHERE f.moved AND f.closed >= p.since_whole AND f.closed < least(p.until_whole, p_until)
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f
             WHERE f.due_at > f.closed AND NOT f.moved AND f.closed >= p.since_whole AND f.closed < least(p.until_whole, p_until)) f
         WHERE f.accepted IS NOT NULL AND f.resolved AND f.competent = ANY (p_agencies)
           AND (NOT p_late OR f.closed > f.basis) AND motcua.figure_asked(f, p_procedures, p_channel, -1, p_receivings, p_applicant));
END $$;
REVOKE EXECUTE ON FUNCTION motcua.figure_resolved FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_resolved TO motcua_app, motcua_report;

-- Rows among which those of an officer are: all for whoever asks of no officer (below 0) or of nobody (0).
CREATE FUNCTION motcua.figure_held(p_officer bigint) RETURNS SETOF motcua.figure_dossier
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT f.* FROM motcua.figure_dossier f WHERE p_officer <= 0
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f WHERE p_officer > 0 AND f.officer = p_officer AND f.officer <> 0
     UNION ALL
    SELECT f.* FROM (SELECT DISTINCT t.dossier FROM motcua.task t WHERE p_officer > 0 AND t.officer = p_officer AND t.officer <> 0) t
      JOIN motcua.figure_dossier f ON f.dossier = t.dossier WHERE f.officer = 0
$$;
REVOKE EXECUTE ON FUNCTION motcua.figure_held FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_held TO motcua_app, motcua_report;

-- As in 0059, but cells tell how many there are for any question but an officer's, and an officer's are found by their index.
CREATE OR REPLACE FUNCTION motcua.figure_newest(p_agencies integer[], p_since timestamptz, p_until timestamptz, p_past boolean,
                                     p_procedures text[], p_channel integer, p_officer bigint, p_receivings integer[], p_applicant text,
                                     p_late boolean, p_cells integer, p_before timestamptz, p_before_id bigint, p_limit integer)
    RETURNS TABLE (dossier bigint, competent integer, closed timestamptz, late boolean, n bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_n bigint := CASE WHEN p_officer < 0 THEN motcua.figure_resolved(p_agencies, p_since, p_until, p_past, p_procedures, p_channel,
                                                                      p_receivings, p_applicant, p_late, p_cells)
        ELSE (SELECT count(*) FROM motcua.figure_held(p_officer) f
               WHERE f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL AND f.resolved AND f.closed >= p_since AND f.closed < p_until
                 AND (NOT p_late OR f.closed > f.basis)
                 AND motcua.figure_asked(f, p_procedures, p_channel, p_officer, p_receivings, p_applicant)) END;
    v_step interval := greatest((p_until - p_since) * (1.1 * p_limit / greatest(v_n, 1)), interval '1 hour');
    v_to timestamptz := least(p_until, p_before + interval '1 microsecond');
    v_from timestamptz;
    v_left integer := p_limit;
    v_some integer;
BEGIN
    WHILE v_n > 0 AND v_left > 0 AND v_to > p_since LOOP
        v_from := greatest(v_to - v_step, p_since);
        RETURN QUERY
        SELECT f.dossier, f.competent, f.closed, f.closed > f.basis, v_n FROM motcua.figure_held(p_officer) f
         WHERE f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL AND f.resolved AND f.closed >= v_from AND f.closed < v_to
           AND motcua.figure_asked(f, p_procedures, p_channel, p_officer, p_receivings, p_applicant) AND (NOT p_late OR f.closed > f.basis)
           AND (p_before IS NULL OR (f.closed, f.dossier) < (p_before, p_before_id));
        GET DIAGNOSTICS v_some = ROW_COUNT;
        v_left := v_left - v_some;
        v_to := v_from;
        v_step := v_step * 2;
    END LOOP;
END $$;
