-- The newest dossiers resolved in a period, read from its end backwards until there are enough: until now all of the
-- period were read, sorted and counted for each page of them.
SET LOCAL ROLE motcua_owner;

-- How many were resolved in [p_since, p_until): the very rows of figure_dossier, but those that are settled and lie in
-- half months that are whole are taken from their cells (p_cells as in figure_counts).
CREATE FUNCTION motcua.figure_resolved(p_agencies integer[], p_since timestamptz, p_until timestamptz, p_past boolean,
                                       p_procedures text[], p_late boolean, p_cells integer)
    RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    p record;
    v_cells bigint;
BEGIN
    -- cells of quarters can be used as well: nothing here is known only later
    SELECT * INTO p FROM motcua.figure_periods(ARRAY[p_since, p_until], p_cells, p_past, p_since);
    SELECT coalesce(sum(c.n), 0) INTO v_cells FROM (
        SELECT c.n, c.facts, c.classes FROM motcua.figure_cell c
         WHERE p_cells = 1 AND c.span = ANY (p.cells) AND c.procedure IS NULL AND c.place = ANY (p_agencies)
         UNION ALL
        SELECT c.n, c.facts, c.classes FROM motcua.figure_cell c
         WHERE p_cells = 2 AND c.span = ANY (p.cells) AND c.procedure = ANY (p_procedures)
         UNION ALL
        SELECT c.n, c.facts, c.classes FROM motcua.figure_cell c
         WHERE p_cells = 3 AND c.span = ANY (p.cells) AND c.procedure = ''
         UNION ALL
        SELECT u.n, u.facts, u.classes FROM motcua.figure_undo u
         WHERE u.span = ANY (p.cells) AND CASE p_cells WHEN 1 THEN u.procedure IS NULL AND u.place = ANY (p_agencies)
               WHEN 2 THEN u.procedure = ANY (p_procedures) ELSE u.procedure = '' END) c
     WHERE c.facts < 1 << 30 AND (c.classes >> 3 & 7) BETWEEN CASE WHEN p_late THEN 2 ELSE 0 END AND 2;
    RETURN v_cells + (
        SELECT count(*) FROM (
            SELECT f.* FROM motcua.figure_dossier f
             WHERE f.closed >= p_since AND f.closed < p.since_whole AND f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f
             WHERE f.closed >= p.until_whole AND f.closed < p_until AND f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL
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
           AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures)) AND (NOT p_late OR f.closed > f.basis));
END $$;

-- At least the newest p_limit of them before (p_before, p_before_id), where there are so many, in no order; n: how many
-- there are in all.  The days from the end on that should hold so many, then twice as many and so on.
CREATE FUNCTION motcua.figure_newest(p_agencies integer[], p_since timestamptz, p_until timestamptz, p_past boolean,
                                     p_procedures text[], p_late boolean, p_cells integer, p_before timestamptz,
                                     p_before_id bigint, p_limit integer)
    RETURNS TABLE (dossier bigint, competent integer, closed timestamptz, late boolean, n bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_n bigint := motcua.figure_resolved(p_agencies, p_since, p_until, p_past, p_procedures, p_late, p_cells);
    v_step interval := greatest((p_until - p_since) * (1.1 * p_limit / greatest(v_n, 1)), interval '1 hour');
    v_to timestamptz := least(p_until, p_before + interval '1 microsecond');
    v_from timestamptz;
    v_left integer := p_limit;
    v_some integer;
BEGIN
    WHILE v_n > 0 AND v_left > 0 AND v_to > p_since LOOP
        v_from := greatest(v_to - v_step, p_since);
        RETURN QUERY
        SELECT f.dossier, f.competent, f.closed, f.closed > f.basis, v_n FROM motcua.figure_dossier f
         WHERE f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL AND f.resolved AND f.closed >= v_from AND f.closed < v_to
           AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures)) AND (NOT p_late OR f.closed > f.basis)
           AND (p_before IS NULL OR (f.closed, f.dossier) < (p_before, p_before_id));
        GET DIAGNOSTICS v_some = ROW_COUNT;
        v_left := v_left - v_some;
        v_to := v_from;
        v_step := v_step * 2;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.figure_resolved, motcua.figure_newest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_resolved, motcua.figure_newest TO motcua_app, motcua_report;

-- ---------------------------------------------------------------- the dossiers behind a number
-- May a number of the work count it?  Said by its row alone, in a fraction of what judging takes, so that a rare number does not
-- judge all the others; yes where the ledger of dates must be asked.
CREATE FUNCTION motcua.figure_may(f motcua.figure_dossier, p_until timestamptz, p_basis integer, p_classes integer, p_needs integer)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT f.due_at < p_until IS NOT TRUE
        OR CASE WHEN f.closed < p_until THEN
                     CASE WHEN NOT f.resolved THEN 64
                          WHEN f.closed > CASE p_basis WHEN 0 THEN f.original WHEN 1 THEN f.basis ELSE f.current END THEN 4
                          ELSE 3 END
                WHEN CASE p_basis WHEN 0 THEN f.original WHEN 1 THEN f.basis ELSE f.current END < coalesce(f.stopped, p_until)
                THEN 16
                WHEN f.stopped IS NOT NULL THEN 32 ELSE 8 END & p_classes <> 0
           AND (p_needs & 64 = 0 OR f.by_officer) AND (p_needs & 256 = 0 OR f.supplemented IS NOT NULL)
           AND (p_needs & 512 = 0 OR f.current > f.basis) AND (p_needs & 1024 = 0 OR f.refused)
$$;
-- A row that is asked for, as the number counts it; nothing where it does not.
CREATE FUNCTION motcua.figure_shown(
        f motcua.figure_dossier, p_agencies integer[], p_procedures text[], p_since timestamptz, p_until timestamptz,
        p_basis integer, p_observed timestamptz, p_body integer[], p_by integer, p_keys text[], p_channel integer,
        p_receivings integer[], p_applicant text, p_classes integer, p_needs integer, p_without integer, p_channels integer)
    RETURNS TABLE (facts integer, place integer, due timestamptz)
    LANGUAGE sql STABLE AS $$
    SELECT x.facts, j.place, j.due
      FROM motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original, f.basis, f.current,
               f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved, f.competent, p_until, p_observed,
               p_basis) j
     CROSS JOIN LATERAL (SELECT j.class + j.flags + CASE WHEN f.accepted >= p_since THEN 8 ELSE 0 END
           + CASE WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END AS facts) x
     WHERE motcua.figure_may(f, p_until, p_basis, p_classes, p_needs)
       AND j.place = ANY (p_agencies) AND ((1 << j.class) & p_classes) <> 0 AND (x.facts & p_needs) = p_needs
       AND (x.facts & p_without) = 0 AND ((1 << f.channel) & p_channels) <> 0
       AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures)) AND (p_channel < 0 OR f.channel = p_channel)
       AND (p_receivings IS NULL OR f.receiving = ANY (p_receivings))
       AND (p_applicant IS NULL OR f.applicant = p_applicant)
       AND (p_keys IS NULL OR CASE p_by WHEN 1 THEN j.place::text WHEN 2 THEN f.procedure WHEN 4 THEN f.channel::text
            WHEN 5 THEN f.receiving::text WHEN 6 THEN f.applicant END = ANY (p_keys))
$$;
CREATE FUNCTION motcua.figure_shown_first(
        f motcua.figure_dossier, p_agencies integer[], p_procedures text[], p_observed timestamptz, p_body integer[],
        p_by integer, p_keys text[], p_channel integer, p_receivings integer[], p_applicant text, p_needs integer,
        p_without integer, p_channels integer)
    RETURNS TABLE (facts integer, place integer)
    LANGUAGE sql STABLE AS $$
    SELECT x.facts, j.place
      FROM motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted, f.accepted, f.supplemented,
               f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved, f.receiving, p_observed) j
     CROSS JOIN LATERAL (SELECT j.facts + CASE WHEN p_body[j.place] <> p_body[f.competent] THEN 128 ELSE 0 END
           AS facts) x
     WHERE j.place = ANY (p_agencies) AND (x.facts & p_needs) = p_needs AND (x.facts & p_without) = 0
       AND ((1 << f.channel) & p_channels) <> 0
       AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures)) AND (p_channel < 0 OR f.channel = p_channel)
       AND (p_receivings IS NULL OR j.place = ANY (p_receivings))
       AND (p_applicant IS NULL OR f.applicant = p_applicant)
       AND (p_keys IS NULL OR CASE p_by WHEN 1 THEN j.place::text WHEN 2 THEN f.procedure WHEN 4 THEN f.channel::text
            WHEN 5 THEN j.place::text WHEN 6 THEN f.applicant END = ANY (p_keys))
$$;

-- Rows of some agencies, or else of some procedures, that may have been pending at p_until.
CREATE FUNCTION motcua.figure_standing(p_places integer[], p_procedures text[], p_until timestamptz, p_past boolean,
                                       p_after bigint)
    RETURNS SETOF motcua.figure_dossier
    LANGUAGE sql STABLE AS $$
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_procedures IS NULL AND f.competent = ANY (p_places) AND f.closed IS NULL AND f.accepted IS NOT NULL
       AND (f.accepted < p_until) IS TRUE AND NOT f.moved AND f.dossier > p_after
     UNION ALL
    SELECT f.* FROM unnest(p_procedures) u(code) CROSS JOIN LATERAL (
           SELECT f.* FROM motcua.figure_dossier f
            WHERE f.procedure = u.code AND f.closed IS NULL AND f.accepted IS NOT NULL AND (f.accepted < p_until) IS TRUE
              AND NOT f.moved AND f.dossier > p_after OFFSET 0) f
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_past AND f.competent = ANY (p_places) AND f.closed IS NOT NULL AND f.accepted IS NOT NULL
       AND f.accepted >= p_until - interval '60 days' AND f.accepted < p_until AND f.closed >= p_until AND NOT f.moved
       AND f.dossier > p_after AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures))
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_past AND f.accepted IS NOT NULL AND f.closed - f.accepted > interval '60 days'
       AND f.closed >= p_until AND f.accepted < p_until - interval '60 days' AND NOT f.moved AND f.dossier > p_after
       AND f.competent = ANY (p_places) AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures))
$$;

-- As in 0040, but half months of a quarter are looked into where the quarter has such dossiers; p_until: infinity, if the period
-- is not over (nothing lies beyond it).
CREATE OR REPLACE FUNCTION motcua.figure_guide(p_place integer, p_since timestamptz, p_until timestamptz, p_basis integer,
                                    p_body integer[], p_classes integer, p_needs integer, p_without integer,
                                    p_channels integer, p_first integer, p_last integer)
    RETURNS SETOF integer
    LANGUAGE sql STABLE AS $$
    SELECT x.span FROM (
        SELECT c.span FROM motcua.figure_cell c
         CROSS JOIN LATERAL (SELECT (c.classes >> 3 * p_basis & 7) AS class, c.facts
               + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END AS facts) y
         WHERE c.procedure IS NULL AND c.place = p_place
           AND c.span = ANY (ARRAY(
               SELECT s FROM generate_series(p_first, p_last) s
                WHERE s % 6 = 5 OR s / 6 IN (
                      SELECT c.span - 2000000 FROM motcua.figure_cell c
                       CROSS JOIN LATERAL (SELECT (c.classes >> 3 * p_basis & 7) AS class, c.facts
                             + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END AS facts) y
                       WHERE c.procedure IS NULL AND c.place = p_place AND c.span >= 2000000 + p_first / 6
                         AND c.span <= 2000000 + p_last / 6 AND c.facts < 1 << 30 AND ((1 << y.class) & p_classes) <> 0
                         AND (y.facts & p_needs & ~8) = p_needs & ~8 AND (y.facts & p_without & ~8) = 0
                         AND ((1 << (c.facts >> 4 & 3)) & p_channels) <> 0)))
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
        -- half months that the period cuts
        SELECT v.span FROM (VALUES (p_first, motcua.figure_span_start(p_first) < p_since),
                                   (p_last, motcua.figure_span_start(p_last + 1) > p_until)) v(span, cut)
         WHERE v.cut) x
     WHERE x.span BETWEEN p_first AND p_last
     GROUP BY 1 ORDER BY 1
$$;

-- A page of those of one agency (or of some procedures, p_place 0) that were closed, or first decided, in [p_from, p_to), in
-- that order, after the dossier p_after of the moment p_from.  Never sorted as a whole: PostgreSQL, which knows nothing of how
-- many a number counts, would take all of them for the first ones.
CREATE FUNCTION motcua.figure_walk(
        p_agencies integer[], p_place integer, p_procedures text[], p_since timestamptz, p_until timestamptz,
        p_from timestamptz, p_to timestamptz, p_basis integer, p_observed timestamptz, p_body integer[], p_by integer,
        p_keys text[], p_channel integer, p_receivings integer[], p_applicant text, p_firsts boolean, p_classes integer,
        p_needs integer, p_without integer, p_channels integer, p_after bigint, p_limit integer)
    RETURNS TABLE (dossier bigint, facts integer, place integer, receiving integer, channel smallint, officer bigint,
                   procedure text, applicant text, accepted timestamptz, due timestamptz, closed timestamptz,
                   cursor bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_sort = off SET jit = off AS $$
BEGIN
    IF p_firsts AND p_place > 0 THEN
        RETURN QUERY
        SELECT f.dossier, x.facts, x.place, x.place, f.channel, f.officer, f.procedure, f.applicant, f.accepted,
               f.current, f.closed, f.dossier * 4
          FROM motcua.figure_dossier f
         CROSS JOIN LATERAL motcua.figure_shown_first(f, p_agencies, p_procedures, p_observed, p_body, p_by, p_keys,
               p_channel, p_receivings, p_applicant, p_needs, p_without, p_channels) x
         WHERE f.receiving = p_place AND f.first_decided >= p_from AND f.first_decided < p_to AND NOT f.moved
           AND (f.first_decided > p_from OR f.dossier > p_after)
         ORDER BY f.first_decided, f.dossier LIMIT p_limit;
    ELSIF p_firsts THEN
        RETURN QUERY
        SELECT y.dossier, y.facts, y.place, y.place, y.channel, y.officer, y.procedure, y.applicant, y.accepted,
               y.current, y.closed, y.dossier * 4
          FROM unnest(p_procedures) u(code) CROSS JOIN LATERAL (
               SELECT f.*, x.facts, x.place
                 FROM motcua.figure_dossier f
                CROSS JOIN LATERAL motcua.figure_shown_first(f, p_agencies, p_procedures, p_observed, p_body, p_by,
                      p_keys, p_channel, p_receivings, p_applicant, p_needs, p_without, p_channels) x
                WHERE f.procedure = u.code AND f.first_decided >= p_from AND f.first_decided < p_to AND NOT f.moved
                  AND (f.first_decided > p_from OR f.dossier > p_after)
                ORDER BY f.first_decided, f.dossier LIMIT p_limit) y
         ORDER BY y.first_decided, y.dossier LIMIT p_limit;
    ELSIF p_place > 0 THEN
        RETURN QUERY
        SELECT f.dossier, x.facts, x.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted,
               x.due, f.closed, f.dossier * 4
          FROM motcua.figure_dossier f
         CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, p_procedures, p_since, p_until, p_basis, p_observed,
               p_body, p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs, p_without,
               p_channels) x
         WHERE f.competent = p_place AND f.accepted IS NOT NULL AND f.closed >= p_from AND f.closed < p_to
           AND (f.accepted < p_until) IS TRUE AND NOT f.moved AND (f.closed > p_from OR f.dossier > p_after)
         ORDER BY f.closed, f.dossier LIMIT p_limit;
    ELSE
        RETURN QUERY
        SELECT y.dossier, y.facts, y.place, y.receiving, y.channel, y.officer, y.procedure, y.applicant, y.accepted,
               y.due, y.closed, y.dossier * 4
          FROM unnest(p_procedures) u(code) CROSS JOIN LATERAL (
               SELECT f.*, x.facts, x.place, x.due
                 FROM motcua.figure_dossier f
                CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, p_procedures, p_since, p_until, p_basis,
                      p_observed, p_body, p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs,
                      p_without, p_channels) x
                WHERE f.procedure = u.code AND f.accepted IS NOT NULL AND f.closed >= p_from AND f.closed < p_to
                  AND (f.accepted < p_until) IS TRUE AND NOT f.moved AND (f.closed > p_from OR f.dossier > p_after)
                ORDER BY f.closed, f.dossier LIMIT p_limit) y
         ORDER BY y.closed, y.dossier LIMIT p_limit;
    END IF;
END $$;

-- As in 0040, but a page is read in the order of an index (of agencies or procedures, by when a dossier was closed or first
-- decided) and ends where it is full: half months were read and sorted whole, by number, once for every page of them.
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
    v_at timestamptz;
    v_from timestamptz;
    v_to timestamptz;
    v_spans integer[];
    v_tried integer := 0;
    v_places integer[];
    g integer;
    s integer;
    part integer;
BEGIN
    IF v_part IN (0, 1) THEN
        SELECT CASE WHEN v_procedures IS NOT NULL THEN 0 WHEN p_firsts THEN f.receiving ELSE f.competent END,
               CASE WHEN p_firsts THEN f.first_decided ELSE f.closed END
          INTO v_group, v_at FROM motcua.figure_dossier f WHERE f.dossier = v_id;
        v_span := motcua.figure_span(v_at);
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
            v_spans := ARRAY(SELECT x.span FROM motcua.figure_guide(g, v_since, CASE WHEN p_past THEN v_until ELSE 'infinity' END,
                                 p_basis, p_body, p_classes, p_needs, p_without, p_channels, v_first, v_last) x(span));
        ELSE
            v_spans := ARRAY(SELECT generate_series(v_first, v_last));
        END IF;
        FOREACH s IN ARRAY v_spans || CASE WHEN p_firsts OR p_classes & 56 = 0 THEN '{}'::integer[]
                 ELSE ARRAY[NULL::integer] END LOOP
            EXIT WHEN v_left <= 0;
            part := CASE WHEN s IS NULL THEN 1 ELSE 0 END;
            CONTINUE WHEN v_part = 0 AND s < v_span;
            v_from := greatest(v_since, motcua.figure_span_start(s));
            v_to := least(v_until, motcua.figure_span_start(s + 1));
            IF NOT (v_part = part AND (part = 1 OR s = v_span)) THEN
                v_id := 0;
            ELSIF part = 0 THEN
                v_from := greatest(v_from, v_at);
            END IF;
            v_part := -1;
            IF part = 1 THEN
                -- only of what was pending: where the first agencies have few, all others at once
                v_places := CASE WHEN g = 0 THEN p_agencies WHEN v_tried < 5 OR p_classes & 71 <> 0 THEN ARRAY[g]
                                 ELSE ARRAY(SELECT a FROM unnest(v_groups) a WHERE a >= g) END;
                RETURN QUERY
                SELECT f.dossier, x.facts, x.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted,
                       x.due, CASE WHEN f.closed < v_until THEN f.closed END, f.dossier * 4 + 1
                  FROM motcua.figure_standing(v_places, v_procedures, v_until, p_past, v_id) f
                 CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, v_procedures, v_since, v_until, p_basis, p_observed,
                       p_body, p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs, p_without,
                       p_channels) x
                 ORDER BY CASE WHEN g > 0 THEN f.competent END, f.dossier + 0 LIMIT v_left; -- never by the order of all dossiers
            ELSE
                RETURN QUERY SELECT r.* FROM motcua.figure_walk(p_agencies, g, v_procedures, v_since, v_until, v_from, v_to,
                    p_basis, p_observed, p_body, p_by, p_keys, p_channel, p_receivings, p_applicant, p_firsts, p_classes,
                    p_needs, p_without, p_channels, v_id, v_left) r;
            END IF;
            GET DIAGNOSTICS v_n = ROW_COUNT;
            v_left := v_left - v_n;
        END LOOP;
        v_part := -1;
        v_tried := v_tried + 1;
        EXIT WHEN cardinality(v_places) > 1;
    END LOOP;
    IF v_left > 0 THEN
        v_id := CASE WHEN p_after & 3 = 2 THEN p_after >> 2 ELSE 0 END;
        IF p_firsts THEN
            RETURN QUERY
            SELECT f.dossier, x.facts, x.place, x.place, f.channel, f.officer, f.procedure, f.applicant, f.accepted,
                   f.current, f.closed, f.dossier * 4 + 2
              FROM motcua.figure_dossier f
             CROSS JOIN LATERAL motcua.figure_shown_first(f, p_agencies, v_procedures, p_observed, p_body, p_by, p_keys,
                   p_channel, p_receivings, p_applicant, p_needs, p_without, p_channels) x
             WHERE f.moved AND f.first_decided >= v_since AND f.first_decided < v_until AND f.dossier > v_id
             ORDER BY f.dossier + 0 LIMIT v_left;
        ELSE
            RETURN QUERY
            SELECT f.dossier, x.facts, x.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted,
                   x.due, CASE WHEN f.closed < v_until THEN f.closed END, f.dossier * 4 + 2
              FROM motcua.figure_dossier f
             CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, v_procedures, v_since, v_until, p_basis, p_observed, p_body,
                   p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs, p_without, p_channels) x
             WHERE f.moved AND (f.closed IS NULL OR f.closed >= v_since) AND f.accepted < v_until AND f.dossier > v_id
             ORDER BY f.dossier + 0 LIMIT v_left;
        END IF;
    END IF;
END $$;
DROP FUNCTION motcua.figure_listed, motcua.figure_listed_first, motcua.figure_some;

REVOKE EXECUTE ON FUNCTION motcua.figure_shown, motcua.figure_shown_first, motcua.figure_standing, motcua.figure_walk,
    motcua.figure_may FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_shown, motcua.figure_shown_first, motcua.figure_standing, motcua.figure_walk,
    motcua.figure_may TO motcua_app, motcua_report;
