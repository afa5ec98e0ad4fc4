-- Figures of long periods and of much open work, cheaper to count: open dossiers with the same facts are one row where
-- nobody asks which they are, and rows are added up by hashing, which the planner would not choose by itself (its guesses of so
-- many parts differ from each other by less than it looks at).
-- Pages of the dossiers behind a number: the guide is a part of the page's own plan now; with settings of its own it was
-- planned anew for every agency, which took most of the time of a rare number.
SET LOCAL ROLE motcua_owner;

CREATE OR REPLACE FUNCTION motcua.figure_told(p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                   p_observed timestamptz, p_past boolean, p_body integer[], p_cells integer)
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer, channel smallint,
                   officer bigint, procedure text, applicant text, n integer)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH p AS MATERIALIZED (
        SELECT * FROM motcua.figure_periods(p_bounds, CASE WHEN p_cells = 2 AND EXISTS (
               SELECT FROM motcua.figure_usual u WHERE p_body[u.place] <> p_body[u.other]) THEN 0
               ELSE p_cells END, p_past)),
    c AS (
        SELECT c.* FROM motcua.figure_cell c
         WHERE p_cells = 1 AND c.procedure IS NULL AND c.place = ANY (p_agencies)
           AND c.span >= (SELECT min(p.first) FROM p WHERE p.first > 0) AND c.span < (SELECT max(p.last) FROM p)
         UNION ALL
        SELECT c.* FROM motcua.figure_cell c
         WHERE p_cells = 2 AND c.procedure IS NOT NULL AND c.span >= (SELECT min(p.first) FROM p WHERE p.first > 0)
           AND c.span < (SELECT max(p.last) FROM p)
         UNION ALL
        SELECT u.* FROM motcua.figure_undo u
         WHERE (p_cells = 1 AND u.procedure IS NULL AND u.place = ANY (p_agencies))
            OR (p_cells = 2 AND u.procedure IS NOT NULL))
    SELECT p.k, 0::bigint, (c.classes >> 3 * p_basis & 7) + c.facts + CASE WHEN c.since >= p.first THEN 8 ELSE 0 END
           + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END,
           c.place, c.other, (c.facts >> 4 & 3)::smallint, 0::bigint, c.procedure, c.applicant, c.n
      FROM p JOIN c ON c.span >= p.first AND c.span < p.last
     WHERE c.facts < 1 << 30 AND (p.begins_whole OR c.since <> p.first - 1)
       AND ((c.classes >> 3 * p_basis & 7) IN (0, 1, 2, 6) OR (p.ends_whole AND c.span = p.last - 1))
     UNION ALL
    SELECT p.k, 0, c.facts + CASE WHEN p_body[c.place] <> p_body[c.other] THEN 128 ELSE 0 END,
           c.place, c.place, (c.facts >> 4 & 3)::smallint, 0, c.procedure, c.applicant, c.n
      FROM p JOIN c ON c.span >= p.first AND c.span < p.last
     WHERE c.facts >= 1 << 30 AND c.since < (SELECT motcua.figure_span(p_observed))
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
                  >= (SELECT motcua.figure_span_start(motcua.figure_span(p_observed)))
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
                    WHERE p_cells > 0 AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.accepted < p.until
                      AND NOT f.moved AND f.competent = ANY (p_agencies) OFFSET 0) f
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
                    WHERE p.last > 0 AND f.closed IS NULL AND f.first_decided IS NOT NULL
                      AND f.first_decided >= p.since_whole AND f.first_decided < p.until_whole AND NOT f.moved
                      AND f.receiving = ANY (p_agencies) OFFSET 0) f
             CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
                   f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
                   f.receiving, p_observed) j
             GROUP BY 1, 2, 3, 4, 5, 6) o
$$;

-- How many dossiers with which facts, by what is asked for: see figures_counts.sql.
CREATE FUNCTION motcua.figure_counts(p_agencies integer[], p_bounds timestamptz[], p_basis integer, p_observed timestamptz,
                                     p_past boolean, p_body integer[], p_by integer, p_procedures text[], p_channel integer,
                                     p_officer bigint, p_receivings integer[], p_applicant text, p_cells integer)
    RETURNS TABLE (k integer, key text, facts integer, n bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_sort = off AS $$
BEGIN
    RETURN QUERY
SELECT r.k, CASE p_by WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN o.officer::text
                          WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text
                          WHEN 6 THEN r.applicant END AS key,
       r.facts, sum(r.n)::int8 AS n
  FROM motcua.figure_told(p_agencies, p_bounds, p_basis, p_observed, p_past, p_body,
                          p_cells) r
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

-- As in 0032, but for its settings and a half month that is not over.
CREATE OR REPLACE FUNCTION motcua.figure_guide(p_place integer, p_since timestamptz, p_until timestamptz, p_basis integer,
                                    p_body integer[], p_classes integer, p_needs integer, p_without integer,
                                    p_channels integer, p_first integer, p_last integer)
    RETURNS SETOF integer
    LANGUAGE sql STABLE AS $$
    SELECT x.span FROM (
        SELECT c.span FROM motcua.figure_cell c
         CROSS JOIN LATERAL (SELECT (c.classes >> 3 * p_basis & 7) AS class, c.facts
               + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END AS facts) y
         WHERE c.procedure IS NULL AND c.place = p_place AND c.span >= p_first AND c.span <= p_last
           AND c.facts < 1 << 30 AND y.class IN (0, 1, 2, 6) AND ((1 << y.class) & p_classes) <> 0
           AND (y.facts & p_needs & ~8) = p_needs & ~8 AND (y.facts & p_without & ~8) = 0
           AND ((1 << (c.facts >> 4 & 3)) & p_channels) <> 0
           -- accepted in the half month that the period begins in: either way
           AND (c.since = p_first OR (p_needs & 8 = 0 OR c.since > p_first) AND (p_without & 8 = 0 OR c.since < p_first))
         UNION ALL
        SELECT motcua.figure_span(f.closed) FROM motcua.figure_unsettled u
          JOIN motcua.figure_dossier f ON f.dossier = u.dossier WHERE f.competent = p_place
         UNION ALL
        SELECT motcua.figure_span(f.closed) FROM motcua.figure_dossier f
         WHERE f.due_at > f.closed AND f.closed >= p_since AND f.closed < p_until AND f.competent = p_place
         UNION ALL
        -- half months that the period cuts; one that is not over has nothing beyond the period
        SELECT v.span FROM (VALUES (p_first, motcua.figure_span_start(p_first) < p_since),
                                   (p_last, p_until <= now() AND motcua.figure_span_start(p_last + 1) > p_until))
               v(span, cut)
         WHERE v.cut) x
     WHERE x.span BETWEEN p_first AND p_last
     GROUP BY 1 ORDER BY 1
$$;
CREATE OR REPLACE FUNCTION motcua.figure_page(
        p_agencies integer[], p_bounds timestamptz[], p_basis integer, p_observed timestamptz, p_past boolean,
        p_body integer[], p_by integer, p_keys text[], p_procedures text[], p_channel integer, p_receivings integer[],
        p_applicant text, p_firsts boolean, p_classes integer, p_needs integer, p_without integer, p_channels integer,
        p_after bigint, p_limit integer)
    RETURNS TABLE (dossier bigint, facts integer, place integer, receiving integer, channel smallint, officer bigint,
                   procedure text, applicant text, accepted timestamptz, due timestamptz, closed timestamptz,
                   cursor bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_since timestamptz := p_bounds[1];
    v_until timestamptz := p_bounds[2];
    v_first integer := motcua.figure_span(v_since);
    v_last integer := motcua.figure_span(v_until - interval '1 microsecond');
    v_procedures text[] := coalesce(p_procedures, CASE WHEN p_by = 2 THEN p_keys END);
    v_groups integer[] := CASE WHEN v_procedures IS NOT NULL THEN ARRAY[0]
        ELSE ARRAY(SELECT a FROM unnest(p_agencies) a WHERE p_by <> 1 OR p_keys IS NULL OR a::text = ANY (p_keys)
                    ORDER BY a) END;
    v_left integer := p_limit;
    v_n integer;
    v_id bigint := p_after >> 2; -- after this dossier, in the group, part and half month
    v_part integer := CASE WHEN p_after > 0 THEN p_after & 3 ELSE -1 END;
    v_group integer := 0;
    v_span integer := 0;
    v_spans integer[];
    g integer;
    s integer;
    part integer;
BEGIN
    IF v_part IN (0, 1) THEN
        SELECT CASE WHEN v_procedures IS NOT NULL THEN 0 WHEN p_firsts THEN f.receiving ELSE f.competent END,
               motcua.figure_span(CASE WHEN p_firsts THEN f.first_decided ELSE f.closed END)
          INTO v_group, v_span FROM motcua.figure_dossier f WHERE f.dossier = v_id;
    END IF;
    FOREACH g IN ARRAY v_groups LOOP
        EXIT WHEN v_left <= 0 OR v_part = 2;
        CONTINUE WHEN v_part >= 0 AND g < v_group;
        IF v_part >= 0 AND g > v_group THEN
            v_part := -1;
        END IF;
        IF v_part = 1 OR (NOT p_firsts AND p_classes & 71 = 0) THEN
            v_spans := '{}';
        ELSIF g > 0 AND NOT p_firsts THEN
            v_spans := ARRAY(SELECT x.span FROM motcua.figure_guide(g, v_since, v_until, p_basis, p_body, p_classes,
                                 p_needs, p_without, p_channels, v_first, v_last) x(span));
        ELSE
            v_spans := ARRAY(SELECT generate_series(v_first, v_last));
        END IF;
        FOREACH s IN ARRAY v_spans || CASE WHEN p_firsts OR p_classes & 56 = 0 THEN '{}'::integer[]
                 ELSE ARRAY[NULL::integer] END LOOP
            EXIT WHEN v_left <= 0;
            part := CASE WHEN s IS NULL THEN 1 ELSE 0 END;
            CONTINUE WHEN v_part = 0 AND s < v_span;
            IF NOT (v_part = part AND (part = 1 OR s = v_span)) THEN
                v_id := 0;
            END IF;
            v_part := -1;
            IF p_firsts THEN
                RETURN QUERY SELECT r.* FROM motcua.figure_listed_first(p_agencies, g, v_procedures, v_since, v_until,
                    greatest(v_since, motcua.figure_span_start(s)), least(v_until, motcua.figure_span_start(s + 1)),
                    false, p_observed, p_body, p_by, p_keys, p_channel, p_receivings, p_applicant, p_needs, p_without,
                    p_channels, v_id, v_left) r;
            ELSE
                RETURN QUERY SELECT r.* FROM motcua.figure_listed(p_agencies, g, v_procedures, v_since, v_until, p_past,
                    part, greatest(v_since, motcua.figure_span_start(s)), least(v_until, motcua.figure_span_start(s + 1)),
                    p_basis, p_observed, p_body, p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs,
                    p_without, p_channels, v_id, v_left) r;
            END IF;
            GET DIAGNOSTICS v_n = ROW_COUNT;
            v_left := v_left - v_n;
        END LOOP;
        v_part := -1;
    END LOOP;
    IF v_left > 0 THEN
        v_id := CASE WHEN p_after & 3 = 2 THEN p_after >> 2 ELSE 0 END;
        IF p_firsts THEN
            RETURN QUERY SELECT r.* FROM motcua.figure_listed_first(p_agencies, 0, v_procedures, v_since, v_until,
                v_since, v_until, true, p_observed, p_body, p_by, p_keys, p_channel, p_receivings, p_applicant, p_needs,
                p_without, p_channels, v_id, v_left) r;
        ELSE
            RETURN QUERY SELECT r.* FROM motcua.figure_listed(p_agencies, 0, v_procedures, v_since, v_until, p_past, 2,
                v_since, v_until, p_basis, p_observed, p_body, p_by, p_keys, p_channel, p_receivings, p_applicant,
                p_classes, p_needs, p_without, p_channels, v_id, v_left) r;
        END IF;
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.figure_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_counts TO motcua_app, motcua_report;
