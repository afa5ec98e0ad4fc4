-- Numbers and pages of one officer, one receiving unit, one kind of applicant.
-- What one officer did or holds is found by the officer: all dossiers of the period were looked through for it, and the task or the
-- event of each (3 s for a year of 5 million dossiers).
SET LOCAL ROLE motcua_owner;

CREATE INDEX figure_officer ON motcua.figure_dossier (officer, closed) WHERE officer <> 0;

-- What figure_work and figure_first tell of this officer (not 0): who resolved it, else who holds it; who decided it at first.
CREATE FUNCTION motcua.figure_officer(p_officer bigint, p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                      p_observed timestamptz, p_past boolean, p_body integer[])
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer,
                   channel smallint, officer bigint, procedure text, applicant text,
                   accepted timestamptz, due timestamptz, closed timestamptz)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    v_since timestamptz := p_bounds[1];
    v_until timestamptz := p_bounds[cardinality(p_bounds)];
BEGIN
    RETURN QUERY
    SELECT width_bucket(f.first_decided, p_bounds), f.dossier,
           j.facts + CASE WHEN p_body[j.place] <> p_body[f.competent] THEN 128 ELSE 0 END, j.place, j.place,
           f.channel, f.officer, f.procedure, f.applicant, f.accepted, f.current, f.closed
      FROM (SELECT DISTINCT e.dossier FROM motcua.dossier_event e
             WHERE e.actor = p_officer AND e.kind = 'ATTEMPT_DECIDED' AND e.at >= v_since AND e.at < v_until) d
      JOIN motcua.figure_dossier f ON f.dossier = d.dossier
     CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
           f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
           f.receiving, p_observed) j
     WHERE f.first_decided >= v_since AND f.first_decided < v_until AND j.place = ANY (p_agencies)
       AND p_officer = (SELECT e.actor FROM motcua.dossier_event e
                         WHERE e.dossier = f.dossier AND e.kind = 'ATTEMPT_DECIDED' ORDER BY e.seq LIMIT 1);
    RETURN QUERY
    SELECT p.k, f.dossier, j.class + j.flags + CASE WHEN f.accepted >= p_bounds[p.k] THEN 8 ELSE 0 END
           + CASE WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END,
           j.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted, j.due,
           CASE WHEN f.closed < p_bounds[p.k + 1] THEN f.closed END
      FROM (SELECT f.* FROM motcua.figure_dossier f WHERE f.officer = p_officer AND f.officer <> 0 AND f.closed >= v_since
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f WHERE f.officer = p_officer AND f.officer <> 0 AND f.closed IS NULL
             UNION ALL
            SELECT f.* FROM (SELECT DISTINCT t.dossier FROM motcua.task t WHERE t.officer = p_officer AND t.officer <> 0) t
              JOIN motcua.figure_dossier f ON f.dossier = t.dossier
             WHERE f.officer = 0 AND p_officer = (SELECT t.officer FROM motcua.task t
                    WHERE t.dossier = f.dossier AND left(t.step, 1) <> '@' ORDER BY t.due LIMIT 1)
               AND (f.closed IS NULL OR f.closed >= v_since)) f
      JOIN generate_series(1, cardinality(p_bounds) - 1) p(k)
        ON f.accepted < p_bounds[p.k + 1] AND (f.closed IS NULL OR f.closed >= p_bounds[p.k])
     CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
           f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
           f.competent, p_bounds[p.k + 1], p_observed, p_basis) j
     WHERE (p_past OR f.moved OR f.closed IS NULL OR f.closed < v_until) AND j.place = ANY (p_agencies);
END $$;

-- As in 0056, but for this.
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
    IF p_cells = 3 THEN -- all agencies: nothing to plan for
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
                     WHERE t.dossier = r.dossier AND left(t.step, 1) <> '@' ORDER BY t.due LIMIT 1)
              END, 0) AS officer) o ON true
 WHERE (p_procedures IS NULL OR r.procedure = ANY (p_procedures))
   AND (p_channel < 0 OR r.channel = p_channel)
   AND (p_officer < 0 OR o.officer = p_officer)
   AND (p_receivings IS NULL OR r.receiving = ANY (p_receivings))
   AND (p_applicant IS NULL OR r.applicant = p_applicant)
 GROUP BY 1, 2, 3, 5 HAVING sum(r.n) <> 0;
END $$;

-- ---------------------------------------------------------------- pages of one receiving unit, kind of applicant or channel
-- As in 0050, but half months without such dossiers of those units and applicants are left out.
DROP FUNCTION motcua.figure_guide;
CREATE FUNCTION motcua.figure_guide(p_place integer, p_since timestamptz, p_until timestamptz, p_basis integer,
                                    p_body integer[], p_classes integer, p_needs integer, p_without integer,
                                    p_channels integer, p_first integer, p_last integer,
                                    p_receivings integer[], p_applicants text[])
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
                         AND ((1 << (c.facts >> 4 & 3)) & p_channels) <> 0
                         AND (p_receivings IS NULL OR c.other = ANY (p_receivings))
                         AND (p_applicants IS NULL OR c.applicant = ANY (p_applicants)))))
           AND c.facts < 1 << 30 AND y.class IN (0, 1, 2, 6) AND ((1 << y.class) & p_classes) <> 0
           AND (y.facts & p_needs & ~8) = p_needs & ~8 AND (y.facts & p_without & ~8) = 0
           AND ((1 << (c.facts >> 4 & 3)) & p_channels) <> 0
           AND (p_receivings IS NULL OR c.other = ANY (p_receivings))
           AND (p_applicants IS NULL OR c.applicant = ANY (p_applicants))
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

-- As in 0050, but for that; nothing is looked through for a channel that the number does not count.
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
    v_receivings integer[] := coalesce(p_receivings, CASE WHEN p_by = 5 THEN p_keys::integer[] END);
    v_applicants text[] := CASE WHEN p_applicant IS NOT NULL THEN ARRAY[p_applicant] WHEN p_by = 6 THEN p_keys END;
    v_channels integer := p_channels & CASE WHEN p_channel < 0 THEN 15 ELSE 1 << p_channel END
        & CASE WHEN p_by = 4 AND p_keys IS NOT NULL THEN (SELECT coalesce(bit_or(1 << x::integer), 0) FROM unnest(p_keys) x) ELSE 15 END;
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
    IF v_channels = 0 THEN
        RETURN; -- no such thing, say online ones that came by post
    END IF;
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
                                 p_basis, p_body, p_classes, p_needs, p_without, v_channels, v_first, v_last, v_receivings,
                                 v_applicants) x(span));
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

REVOKE EXECUTE ON FUNCTION motcua.figure_officer, motcua.figure_guide FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_officer, motcua.figure_guide TO motcua_app, motcua_report;
