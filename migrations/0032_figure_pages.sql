-- The dossiers behind a number, page by page, however large the number is: by agency (or of some procedures by half
-- month alone), half month by half month, cells telling where it is worth looking.
SET LOCAL ROLE motcua_owner;

CREATE INDEX figure_procedure ON motcua.figure_dossier (procedure, closed) WHERE accepted IS NOT NULL;
CREATE INDEX figure_procedure_first ON motcua.figure_dossier (procedure, first_decided)
    WHERE first_decided IS NOT NULL;

-- What stands in its way from one page to the next: dossier * 4 + part.
-- Parts: 0 ended in the period (of first submissions: all), 1 pending at its end, 2 moved between agencies.
-- Half months of one agency that may hold dossiers with facts like these, ended in the period.
CREATE FUNCTION motcua.figure_guide(p_place integer, p_since timestamptz, p_until timestamptz, p_basis integer,
                                    p_body integer[], p_classes integer, p_needs integer, p_without integer,
                                    p_channels integer, p_first integer, p_last integer)
    RETURNS SETOF integer
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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
        -- half months that the period cuts
        SELECT v.span FROM (VALUES (p_first, motcua.figure_span_start(p_first) < p_since),
                                   (p_last, motcua.figure_span_start(p_last + 1) > p_until)) v(span, cut)
         WHERE v.cut) x
     WHERE x.span BETWEEN p_first AND p_last
     GROUP BY 1 ORDER BY 1
$$;

-- Rows of one agency, or of some procedures at the agencies given (p_place 0), of which part 0 or 1 is asked for.
CREATE FUNCTION motcua.figure_some(p_agencies integer[], p_place integer, p_procedures text[], p_since timestamptz,
                                   p_until timestamptz, p_past boolean, p_part integer, p_from timestamptz,
                                   p_to timestamptz, p_after bigint)
    RETURNS SETOF motcua.figure_dossier
    LANGUAGE sql STABLE AS $$
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_part = 0 AND p_place > 0 AND f.competent = p_place AND f.closed >= p_from AND f.closed < p_to
       AND f.accepted IS NOT NULL AND f.accepted < p_until AND NOT f.moved AND f.dossier > p_after
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_part = 0 AND p_place = 0 AND f.procedure = ANY (p_procedures) AND f.closed >= p_from AND f.closed < p_to
       AND f.accepted IS NOT NULL AND f.accepted < p_until AND NOT f.moved AND f.dossier > p_after
       AND f.competent = ANY (p_agencies)
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_part = 1 AND p_place > 0 AND f.competent = p_place AND f.closed IS NULL AND f.accepted IS NOT NULL
       AND f.accepted < p_until AND NOT f.moved AND f.dossier > p_after
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_part = 1 AND p_place = 0 AND f.procedure = ANY (p_procedures) AND f.closed IS NULL
       AND f.accepted IS NOT NULL AND f.accepted < p_until AND NOT f.moved AND f.dossier > p_after
       AND f.competent = ANY (p_agencies)
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_part = 1 AND p_past AND f.competent = ANY (CASE WHEN p_place > 0 THEN ARRAY[p_place] ELSE p_agencies END)
       AND f.closed IS NOT NULL AND f.accepted IS NOT NULL AND f.accepted >= p_until - interval '60 days'
       AND f.accepted < p_until AND f.closed >= p_until AND NOT f.moved AND f.dossier > p_after
       AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures))
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_part = 1 AND p_past AND f.accepted IS NOT NULL AND f.closed - f.accepted > interval '60 days'
       AND f.closed >= p_until AND f.accepted < p_until - interval '60 days' AND NOT f.moved AND f.dossier > p_after
       AND f.competent = ANY (CASE WHEN p_place > 0 THEN ARRAY[p_place] ELSE p_agencies END)
       AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures))
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_part = 2 AND f.moved AND (f.closed IS NULL OR f.closed >= p_since) AND f.accepted < p_until
       AND f.dossier > p_after
$$;

-- Those of them that a number counts, by number.
CREATE FUNCTION motcua.figure_listed(
        p_agencies integer[], p_place integer, p_procedures text[], p_since timestamptz, p_until timestamptz,
        p_past boolean, p_part integer, p_from timestamptz, p_to timestamptz, p_basis integer, p_observed timestamptz,
        p_body integer[], p_by integer, p_keys text[], p_channel integer, p_receivings integer[], p_applicant text,
        p_classes integer, p_needs integer, p_without integer, p_channels integer, p_after bigint, p_limit integer)
    RETURNS TABLE (dossier bigint, facts integer, place integer, receiving integer, channel smallint, officer bigint,
                   procedure text, applicant text, accepted timestamptz, due timestamptz, closed timestamptz,
                   cursor bigint)
    LANGUAGE sql STABLE AS $$
    SELECT f.dossier, x.facts, j.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted, j.due,
           CASE WHEN f.closed < p_until THEN f.closed END, f.dossier * 4 + p_part
      FROM motcua.figure_some(p_agencies, p_place, p_procedures, p_since, p_until, p_past, p_part, p_from, p_to,
                              p_after) f
     CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
           f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
           f.competent, p_until, p_observed, p_basis) j
     CROSS JOIN LATERAL (SELECT j.class + j.flags + CASE WHEN f.accepted >= p_since THEN 8 ELSE 0 END
           + CASE WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END AS facts) x
     WHERE j.place = ANY (p_agencies) AND ((1 << j.class) & p_classes) <> 0 AND (x.facts & p_needs) = p_needs
       AND (x.facts & p_without) = 0 AND ((1 << f.channel) & p_channels) <> 0
       AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures)) AND (p_channel < 0 OR f.channel = p_channel)
       AND (p_receivings IS NULL OR f.receiving = ANY (p_receivings))
       AND (p_applicant IS NULL OR f.applicant = p_applicant)
       AND (p_keys IS NULL OR CASE p_by WHEN 1 THEN j.place::text WHEN 2 THEN f.procedure WHEN 4 THEN f.channel::text
            WHEN 5 THEN f.receiving::text WHEN 6 THEN f.applicant END = ANY (p_keys))
     ORDER BY f.dossier LIMIT p_limit
$$;

-- First submissions that a number counts: of one unit (or of procedures) and half month, or those that have moved.
CREATE FUNCTION motcua.figure_listed_first(
        p_agencies integer[], p_place integer, p_procedures text[], p_since timestamptz, p_until timestamptz,
        p_from timestamptz, p_to timestamptz, p_moved boolean, p_observed timestamptz, p_body integer[], p_by integer,
        p_keys text[], p_channel integer, p_receivings integer[], p_applicant text, p_needs integer, p_without integer,
        p_channels integer, p_after bigint, p_limit integer)
    RETURNS TABLE (dossier bigint, facts integer, place integer, receiving integer, channel smallint, officer bigint,
                   procedure text, applicant text, accepted timestamptz, due timestamptz, closed timestamptz,
                   cursor bigint)
    LANGUAGE sql STABLE AS $$
    SELECT f.dossier, x.facts, j.place, j.place, f.channel, f.officer, f.procedure, f.applicant, f.accepted, f.current,
           f.closed, f.dossier * 4 + CASE WHEN p_moved THEN 2 ELSE 0 END
      FROM (SELECT f.* FROM motcua.figure_dossier f
             WHERE NOT p_moved AND p_place > 0 AND f.receiving = p_place AND f.first_decided >= p_from
               AND f.first_decided < p_to AND NOT f.moved AND f.dossier > p_after
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f
             WHERE NOT p_moved AND p_place = 0 AND f.procedure = ANY (p_procedures) AND f.first_decided >= p_from
               AND f.first_decided < p_to AND NOT f.moved AND f.dossier > p_after AND f.receiving = ANY (p_agencies)
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f
             WHERE p_moved AND f.moved AND f.first_decided >= p_since AND f.first_decided < p_until
               AND f.dossier > p_after) f
     CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
           f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
           f.receiving, p_observed) j
     CROSS JOIN LATERAL (SELECT j.facts + CASE WHEN p_body[j.place] <> p_body[f.competent] THEN 128 ELSE 0 END
           AS facts) x
     WHERE j.place = ANY (p_agencies) AND (x.facts & p_needs) = p_needs AND (x.facts & p_without) = 0
       AND ((1 << f.channel) & p_channels) <> 0
       AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures)) AND (p_channel < 0 OR f.channel = p_channel)
       AND (p_receivings IS NULL OR j.place = ANY (p_receivings))
       AND (p_applicant IS NULL OR f.applicant = p_applicant)
       AND (p_keys IS NULL OR CASE p_by WHEN 1 THEN j.place::text WHEN 2 THEN f.procedure WHEN 4 THEN f.channel::text
            WHEN 5 THEN j.place::text WHEN 6 THEN f.applicant END = ANY (p_keys))
     ORDER BY f.dossier LIMIT p_limit
$$;

CREATE FUNCTION motcua.figure_page(
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
            v_spans := ARRAY(SELECT motcua.figure_guide(g, v_since, v_until, p_basis, p_body, p_classes, p_needs,
                                                        p_without, p_channels, v_first, v_last));
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

REVOKE EXECUTE ON FUNCTION motcua.figure_guide, motcua.figure_some, motcua.figure_listed, motcua.figure_listed_first,
    motcua.figure_page FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_guide, motcua.figure_some, motcua.figure_listed, motcua.figure_listed_first,
    motcua.figure_page TO motcua_app, motcua_report;
