-- Any page behind a number in a twentieth of a second, whatever it is filtered by.  Rare combinations (a receiving unit's by post of the
-- state) were looked for among all dossiers of the period: 1.4 s for a year of 5 million.
-- First submissions are guided by cells, too, of many agencies at once; what is open is found by channel and applicant; few receiving
-- units by what they received; procedures of few agencies by the agencies.
SET LOCAL ROLE motcua_owner;

CREATE INDEX figure_received ON motcua.figure_dossier (receiving, closed) WHERE accepted IS NOT NULL;
-- (most applicants are citizens: they are found soon)
CREATE INDEX figure_applicant ON motcua.figure_dossier (competent, applicant, closed)
    WHERE accepted IS NOT NULL AND applicant <> 'citizen';
CREATE INDEX figure_cell_applicant ON motcua.figure_cell (place, applicant, span, other, since, facts, classes)
    WHERE procedure IS NULL AND applicant <> 'citizen';
CREATE INDEX figure_open_place ON motcua.figure_dossier (competent, channel, applicant) WHERE closed IS NULL AND accepted IS NOT NULL;
CREATE INDEX figure_open_unit ON motcua.figure_dossier (receiving, channel, applicant) WHERE closed IS NULL;

-- Cells of an agency that tell of such dossiers; p_known: from here on it is not sure what was known of a first submission.
CREATE FUNCTION motcua.figure_hints(p_place integer, p_spans integer[], p_basis integer, p_body integer[], p_firsts boolean,
                                    p_classes integer, p_needs integer, p_without integer, p_channels integer, p_known integer,
                                    p_receivings integer[], p_applicants text[])
    RETURNS TABLE (span integer, since integer)
    LANGUAGE sql STABLE AS $$
    SELECT c.span, c.since
      FROM (SELECT c.place, c.span, c.other, c.since, c.facts, c.classes, c.applicant FROM motcua.figure_cell c
             WHERE c.procedure IS NULL AND c.place = p_place AND c.span = ANY (p_spans)
               AND (p_receivings IS NULL OR cardinality(p_receivings) > 4 AND c.other = ANY (p_receivings))
               AND (p_receivings IS NULL AND cardinality(p_applicants) = 1 AND p_applicants[1] <> 'citizen') IS NOT TRUE
             UNION ALL
            SELECT c.place, c.span, c.other, c.since, c.facts, c.classes, c.applicant FROM motcua.figure_cell c
             WHERE c.procedure IS NULL AND c.place = p_place AND c.span = ANY (p_spans) AND p_receivings IS NULL
               AND cardinality(p_applicants) = 1 AND c.applicant = p_applicants[1] AND c.applicant <> 'citizen'
             UNION ALL -- few: found by them
            SELECT c.place, c.span, c.other, c.since, c.facts, c.classes, c.applicant FROM motcua.figure_cell c
             WHERE c.procedure IS NULL AND c.place = p_place AND c.span = ANY (p_spans) AND c.other = ANY (p_receivings)
               AND cardinality(p_receivings) <= 4) c
     CROSS JOIN LATERAL (SELECT (c.classes >> 3 * p_basis & 7) AS class, c.facts
           + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END AS facts) y
     WHERE (c.facts >= 1 << 30) = p_firsts AND ((1 << (c.facts >> 4 & 3)) & p_channels) <> 0
       AND (p_applicants IS NULL OR c.applicant = ANY (p_applicants))
       AND CASE WHEN p_firsts THEN (y.facts & p_needs) = p_needs AND (y.facts & p_without) = 0 OR c.since >= p_known
                ELSE ((1 << y.class) & p_classes) <> 0 AND (y.facts & p_needs & ~8) = p_needs & ~8 AND (y.facts & p_without & ~8) = 0 END
$$;

-- The half months in which each agency closed such dossiers (or decided such first submissions of dossiers that are closed), by
-- the cells of quarters and where there are any those of half months.
DROP FUNCTION motcua.figure_guide;
CREATE FUNCTION motcua.figure_guide(p_places integer[], p_since timestamptz, p_until timestamptz, p_basis integer, p_body integer[],
                                    p_firsts boolean, p_classes integer, p_needs integer, p_without integer, p_channels integer,
                                    p_first integer, p_last integer, p_known integer, p_receivings integer[], p_applicants text[])
    RETURNS TABLE (place integer, span integer)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
    v_quarters integer[] := ARRAY(SELECT generate_series(2000000 + p_first / 6, 2000000 + p_last / 6));
    v_lasts integer[] := ARRAY(SELECT s FROM generate_series(p_first, p_last) s WHERE s % 6 = 5);
BEGIN
    RETURN QUERY
    SELECT x.place, x.span FROM (
        SELECT p.place, h.span
          FROM (SELECT a.place, v_lasts || ARRAY(
                       SELECT s FROM (SELECT DISTINCT q.span FROM motcua.figure_hints(a.place, v_quarters, p_basis, p_body, p_firsts,
                              p_classes & 71, p_needs, p_without, p_channels, motcua.figure_since(p_known), p_receivings, p_applicants) q) q
                        CROSS JOIN generate_series((q.span - 2000000) * 6, (q.span - 2000000) * 6 + 4) s
                        WHERE s BETWEEN p_first AND p_last) AS spans
                  FROM unnest(p_places) a(place) OFFSET 0) p
         CROSS JOIN LATERAL motcua.figure_hints(p.place, p.spans, p_basis, p_body, p_firsts, p_classes & 71, p_needs, p_without,
               p_channels, p_known, p_receivings, p_applicants) h
           -- accepted in the half month that the period begins in: either way
         WHERE p_firsts OR h.since = p_first OR (p_needs & 8 = 0 OR h.since > p_first) AND (p_without & 8 = 0 OR h.since < p_first)
         UNION ALL
        SELECT y.place, y.span FROM (
            SELECT CASE WHEN p_firsts THEN f.receiving ELSE f.competent END AS place,
                   motcua.figure_span(CASE WHEN p_firsts THEN f.first_decided ELSE f.closed END) AS span
              FROM (SELECT f.* FROM motcua.figure_unsettled u JOIN motcua.figure_dossier f ON f.dossier = u.dossier
                     UNION ALL
                    SELECT f.* FROM motcua.figure_dossier f
                     WHERE f.due_at > f.closed AND f.closed >= p_since AND (p_firsts OR f.closed < p_until)) f OFFSET 0) y
         WHERE y.place = ANY (p_places) AND y.span BETWEEN p_first AND p_last) x
     GROUP BY 1, 2 ORDER BY 1, 2;
END $$;

-- A page of those that were closed, or first decided, in p_from to p_to of p_places, one after the other, in that order; of each after the
-- dossier p_after of the moment p_from.  p_kind: 0 those of some procedures; 1 of agencies that are competent, of first submissions the
-- units (there only those that are closed by now); 2 of units that received them.  As in 0054 but for these.
DROP FUNCTION motcua.figure_walk;
CREATE FUNCTION motcua.figure_walk(
        p_agencies integer[], p_kind integer, p_places integer[], p_from timestamptz[], p_to timestamptz[], p_after bigint[],
        p_procedures text[], p_since timestamptz, p_until timestamptz, p_basis integer, p_observed timestamptz, p_body integer[],
        p_by integer, p_keys text[], p_channel integer, p_receivings integer[], p_applicant text, p_firsts boolean, p_classes integer,
        p_needs integer, p_without integer, p_channels integer, p_limit integer)
    RETURNS TABLE (dossier bigint, facts integer, place integer, receiving integer, channel smallint, officer bigint,
                   procedure text, applicant text, accepted timestamptz, due timestamptz, closed timestamptz,
                   cursor bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_sort = off SET jit = off AS $$
BEGIN
    IF p_firsts AND p_kind = 1 THEN
        RETURN QUERY
        SELECT y.dossier, y.facts, y.place, y.unit, y.channel, y.officer, y.procedure, y.applicant, y.accepted, y.due, y.closed,
               y.dossier * 4
          FROM unnest(p_places, p_from, p_to, p_after) u(place, since, until, id) CROSS JOIN LATERAL (
               SELECT f.*, x.facts, x.place, x.place AS unit, f.current AS due
                 FROM motcua.figure_dossier f
                CROSS JOIN LATERAL motcua.figure_shown_first(f, p_agencies, p_procedures, p_observed, p_body, p_by, p_keys,
                      p_channel, p_receivings, p_applicant, p_needs, p_without, p_channels) x
                WHERE f.receiving = u.place AND f.first_decided >= u.since AND f.first_decided < u.until AND NOT f.moved
                  AND f.closed IS NOT NULL AND (f.first_decided > u.since OR f.dossier > u.id)
                ORDER BY f.first_decided, f.dossier LIMIT p_limit) y
         LIMIT p_limit;
    ELSIF p_firsts THEN
        RETURN QUERY
        SELECT z.dossier, z.facts, z.place, z.unit, z.channel, z.officer, z.procedure, z.applicant, z.accepted, z.due, z.closed,
               z.dossier * 4
          FROM unnest(p_from, p_to, p_after) u(since, until, id) CROSS JOIN LATERAL (
               SELECT y.* FROM unnest(p_procedures) v(code) CROSS JOIN LATERAL (
                      SELECT f.*, x.facts, x.place, x.place AS unit, f.current AS due
                        FROM motcua.figure_dossier f
                       CROSS JOIN LATERAL motcua.figure_shown_first(f, p_agencies, p_procedures, p_observed, p_body, p_by, p_keys,
                             p_channel, p_receivings, p_applicant, p_needs, p_without, p_channels) x
                       WHERE f.procedure = v.code AND f.first_decided >= u.since AND f.first_decided < u.until AND NOT f.moved
                         AND (f.first_decided > u.since OR f.dossier > u.id)
                       ORDER BY f.first_decided, f.dossier LIMIT p_limit) y
                ORDER BY y.first_decided, y.dossier LIMIT p_limit) z
         LIMIT p_limit;
    ELSIF p_kind = 1 AND p_applicant <> 'citizen' THEN
        RETURN QUERY
        SELECT y.dossier, y.facts, y.place, y.unit, y.channel, y.officer, y.procedure, y.applicant, y.accepted, y.due, y.closed,
               y.dossier * 4
          FROM unnest(p_places, p_from, p_to, p_after) u(place, since, until, id) CROSS JOIN LATERAL (
               SELECT f.*, x.facts, x.place, f.receiving AS unit, x.due
                 FROM motcua.figure_dossier f
                CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, p_procedures, p_since, p_until, p_basis, p_observed, p_body,
                      p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs, p_without, p_channels) x
                WHERE f.competent = u.place AND f.accepted IS NOT NULL AND f.closed >= u.since AND f.closed < u.until
                  AND (f.accepted < p_until) IS TRUE AND NOT f.moved AND (f.closed > u.since OR f.dossier > u.id)
                  AND f.applicant = p_applicant AND f.applicant <> 'citizen'
                ORDER BY f.closed, f.dossier LIMIT p_limit) y
         LIMIT p_limit;
    ELSIF p_kind = 1 AND p_needs & 1536 <> 0 THEN
        RETURN QUERY
        SELECT y.dossier, y.facts, y.place, y.unit, y.channel, y.officer, y.procedure, y.applicant, y.accepted, y.due, y.closed,
               y.dossier * 4
          FROM unnest(p_places, p_from, p_to, p_after) u(place, since, until, id) CROSS JOIN LATERAL (
               SELECT f.*, x.facts, x.place, f.receiving AS unit, x.due
                 FROM motcua.figure_dossier f
                CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, p_procedures, p_since, p_until, p_basis, p_observed, p_body,
                      p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs, p_without, p_channels) x
                WHERE f.competent = u.place AND f.accepted IS NOT NULL AND f.closed >= u.since AND f.closed < u.until
                  AND (f.accepted < p_until) IS TRUE AND NOT f.moved AND (f.closed > u.since OR f.dossier > u.id)
                  AND (f.current > f.basis OR f.refused OR (f.due_at <= f.closed) IS NOT TRUE)
                ORDER BY f.closed, f.dossier LIMIT p_limit) y
         LIMIT p_limit;
    ELSIF p_kind = 1 THEN
        RETURN QUERY
        SELECT y.dossier, y.facts, y.place, y.unit, y.channel, y.officer, y.procedure, y.applicant, y.accepted, y.due, y.closed,
               y.dossier * 4
          FROM unnest(p_places, p_from, p_to, p_after) u(place, since, until, id) CROSS JOIN LATERAL (
               SELECT f.*, x.facts, x.place, f.receiving AS unit, x.due
                 FROM motcua.figure_dossier f
                CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, p_procedures, p_since, p_until, p_basis, p_observed, p_body,
                      p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs, p_without, p_channels) x
                WHERE f.competent = u.place AND f.accepted IS NOT NULL AND f.closed >= u.since AND f.closed < u.until
                  AND (f.accepted < p_until) IS TRUE AND NOT f.moved AND (f.closed > u.since OR f.dossier > u.id)
                ORDER BY f.closed, f.dossier LIMIT p_limit) y
         LIMIT p_limit;
    ELSIF p_kind = 2 THEN
        RETURN QUERY
        SELECT y.dossier, y.facts, y.place, y.unit, y.channel, y.officer, y.procedure, y.applicant, y.accepted, y.due, y.closed,
               y.dossier * 4
          FROM unnest(p_places, p_from, p_to, p_after) u(place, since, until, id) CROSS JOIN LATERAL (
               SELECT f.*, x.facts, x.place, f.receiving AS unit, x.due
                 FROM motcua.figure_dossier f
                CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, p_procedures, p_since, p_until, p_basis, p_observed, p_body,
                      p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs, p_without, p_channels) x
                WHERE f.receiving = u.place AND f.accepted IS NOT NULL AND f.closed >= u.since AND f.closed < u.until
                  AND (f.accepted < p_until) IS TRUE AND NOT f.moved AND (f.closed > u.since OR f.dossier > u.id)
                ORDER BY f.closed, f.dossier LIMIT p_limit) y
         LIMIT p_limit;
    ELSE
        RETURN QUERY
        SELECT z.dossier, z.facts, z.place, z.unit, z.channel, z.officer, z.procedure, z.applicant, z.accepted, z.due, z.closed,
               z.dossier * 4
          FROM unnest(p_from, p_to, p_after) u(since, until, id) CROSS JOIN LATERAL (
               SELECT y.* FROM unnest(p_procedures) v(code) CROSS JOIN LATERAL (
                      SELECT f.*, x.facts, x.place, f.receiving AS unit, x.due
                        FROM motcua.figure_dossier f
                       CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, p_procedures, p_since, p_until, p_basis, p_observed, p_body,
                             p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs, p_without, p_channels) x
                       WHERE f.procedure = v.code AND f.accepted IS NOT NULL AND f.closed >= u.since AND f.closed < u.until
                         AND (f.accepted < p_until) IS TRUE AND NOT f.moved AND (f.closed > u.since OR f.dossier > u.id)
                       ORDER BY f.closed, f.dossier LIMIT p_limit) y
                ORDER BY y.closed, y.dossier LIMIT p_limit) z
         LIMIT p_limit;
    END IF;
END $$;

-- What is open by now of agencies (p_kind 1), units (2) or procedures (0), of all applicants (null) or some.
CREATE FUNCTION motcua.figure_still(p_kind integer, p_places integer[], p_procedures text[], p_channels smallint[], p_applicants text[])
    RETURNS SETOF motcua.figure_dossier
    LANGUAGE sql STABLE AS $$
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_kind = 1 AND p_applicants IS NULL AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.competent = ANY (p_places)
       AND f.channel = ANY (p_channels)
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_kind = 1 AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.competent = ANY (p_places)
       AND f.channel = ANY (p_channels) AND f.applicant = ANY (p_applicants)
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_kind = 2 AND p_applicants IS NULL AND f.closed IS NULL AND f.receiving = ANY (p_places) AND f.channel = ANY (p_channels)
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_kind = 2 AND f.closed IS NULL AND f.receiving = ANY (p_places) AND f.channel = ANY (p_channels)
       AND f.applicant = ANY (p_applicants)
     UNION ALL
    SELECT f.* FROM unnest(p_procedures) u(code) CROSS JOIN LATERAL (
           SELECT f.* FROM motcua.figure_dossier f
            WHERE p_kind = 0 AND f.procedure = u.code AND f.closed IS NULL AND f.accepted IS NOT NULL OFFSET 0) f
$$;

-- Rows that may have been pending at p_until: what is open by now, and what was closed since.
DROP FUNCTION motcua.figure_standing;
CREATE FUNCTION motcua.figure_standing(p_kind integer, p_places integer[], p_procedures text[], p_channels smallint[], p_applicants text[],
                                       p_until timestamptz, p_past boolean, p_after bigint)
    RETURNS SETOF motcua.figure_dossier
    LANGUAGE sql STABLE AS $$
    SELECT f.* FROM (SELECT s.* FROM motcua.figure_still(p_kind, p_places, p_procedures, p_channels, p_applicants) s OFFSET 0) f
     WHERE f.accepted < p_until AND NOT f.moved AND f.dossier > p_after
     UNION ALL
    SELECT f.* FROM (
        SELECT f.* FROM motcua.figure_dossier f
         WHERE p_past AND p_kind = 1 AND f.competent = ANY (p_places) AND f.accepted >= p_until - interval '60 days' AND f.accepted < p_until
           AND f.closed >= p_until AND f.closed < p_until + interval '60 days'
         UNION ALL
        SELECT f.* FROM motcua.figure_dossier f
         WHERE p_past AND p_kind = 2 AND f.receiving = ANY (p_places) AND f.accepted IS NOT NULL AND f.closed >= p_until
           AND f.closed < p_until + interval '60 days'
         UNION ALL
        SELECT f.* FROM motcua.figure_dossier f
         WHERE p_past AND p_kind = 0 AND f.procedure = ANY (p_procedures) AND f.accepted IS NOT NULL AND f.closed >= p_until
           AND f.closed < p_until + interval '60 days') f
     WHERE f.accepted < p_until AND (f.closed - f.accepted > interval '60 days') IS FALSE AND NOT f.moved AND f.dossier > p_after
       AND f.channel = ANY (p_channels) AND (p_applicants IS NULL OR f.applicant = ANY (p_applicants))
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_past AND f.accepted IS NOT NULL AND f.closed - f.accepted > interval '60 days'
       AND f.closed >= p_until AND f.accepted < p_until AND NOT f.moved AND f.dossier > p_after
       AND CASE p_kind WHEN 0 THEN f.procedure = ANY (p_procedures) WHEN 1 THEN f.competent = ANY (p_places)
                       ELSE f.receiving = ANY (p_places) END
$$;

-- As in 0057 but for these: part 0 what was closed (or decided at first and closed since), agency by agency in the order of time;
-- then part 1 what was pending (or was decided at first and is open), agency by agency by number; then part 2 what moved.
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
    v_receivings integer[] := coalesce(p_receivings, CASE WHEN p_by = 5 THEN p_keys::integer[] END);
    v_applicants text[] := CASE WHEN p_applicant IS NOT NULL THEN ARRAY[p_applicant] WHEN p_by = 6 THEN p_keys END;
    v_channels integer := p_channels & CASE WHEN p_channel < 0 THEN 15 ELSE 1 << p_channel END
        & CASE WHEN p_by = 4 AND p_keys IS NOT NULL THEN (SELECT coalesce(bit_or(1 << x::integer), 0) FROM unnest(p_keys) x) ELSE 15 END;
    -- what stands in a row of its own is looked at before anything is judged
    v_keys text[] := CASE WHEN p_by = 1 OR p_by = 2 AND p_procedures IS NOT NULL OR p_by = 5 AND p_receivings IS NOT NULL
        OR p_by = 6 AND (p_applicant IS NOT NULL OR cardinality(p_keys) <> 1) THEN p_keys END;
    v_applicant text := CASE WHEN cardinality(v_applicants) = 1 THEN v_applicants[1] END;
    v_channel smallint[] := ARRAY(SELECT x FROM generate_series(0, 3) x WHERE (v_channels & (1 << x)) <> 0);
    v_groups integer[];
    v_kind integer := 1;
    v_left integer := p_limit;
    v_n integer;
    v_id bigint := p_after >> 2; -- after this dossier, in the group, part and half month
    v_part integer := CASE WHEN p_after > 0 THEN p_after & 3 ELSE 0 END;
    v_group integer := -1;
    v_span integer := -1;
    v_at timestamptz;
    v_places integer[];
    v_guided integer[];
    v_from timestamptz[];
    v_to timestamptz[];
    v_after bigint[];
    v_many integer := 1;
    i integer := 1;
BEGIN
    IF v_channels = 0 THEN
        RETURN; -- no such thing, say online ones that came by post
    END IF;
    v_groups := ARRAY(SELECT DISTINCT a FROM unnest(p_agencies) a
                       WHERE (p_by <> 1 OR p_keys IS NULL OR a::text = ANY (p_keys))
                         AND (NOT p_firsts OR v_receivings IS NULL OR a = ANY (v_receivings)) ORDER BY a);
    IF cardinality(v_groups) > 4 AND NOT p_firsts AND cardinality(v_receivings) <= 4 THEN
        v_kind := 2;
        v_groups := ARRAY(SELECT DISTINCT a FROM unnest(v_receivings) a ORDER BY a);
    ELSIF cardinality(v_groups) > 4 AND v_procedures IS NOT NULL THEN
        v_kind := 0;
        v_groups := '{0}';
    END IF;
    IF p_after > 0 AND v_part < 2 THEN
        SELECT CASE WHEN v_kind = 0 THEN 0 WHEN p_firsts OR v_kind = 2 THEN f.receiving ELSE f.competent END,
               CASE WHEN p_firsts THEN f.first_decided ELSE f.closed END
          INTO v_group, v_at FROM motcua.figure_dossier f WHERE f.dossier = v_id;
        i := 1 + (SELECT count(*) FROM unnest(v_groups) a WHERE a < v_group);
    END IF;

    IF v_part = 0 AND (p_firsts OR p_classes & 71 <> 0) THEN
        v_span := motcua.figure_span(v_at);
        WHILE v_left > 0 AND i <= cardinality(v_groups) LOOP
            -- of the first agency, then of ever more at once
            v_places := v_groups[i : i + v_many - 1];
            SELECT array_agg(x.place ORDER BY x.place, x.span),
                   array_agg(greatest(v_since, motcua.figure_span_start(x.span), CASE WHEN x.place = v_group AND x.span = v_span THEN v_at END)
                             ORDER BY x.place, x.span),
                   array_agg(least(v_until, motcua.figure_span_start(x.span + 1)) ORDER BY x.place, x.span),
                   array_agg(CASE WHEN x.place = v_group AND x.span = v_span THEN v_id ELSE 0 END ORDER BY x.place, x.span)
              INTO v_guided, v_from, v_to, v_after
              FROM (SELECT g.place, g.span FROM motcua.figure_guide(v_places, v_since, CASE WHEN p_past THEN v_until ELSE 'infinity' END,
                           p_basis, p_body, p_firsts, p_classes, p_needs, p_without, v_channels, v_first, v_last,
                           CASE WHEN p_past THEN motcua.figure_span(p_observed) ELSE 1000000 END,
                           CASE WHEN NOT p_firsts THEN v_receivings END, v_applicants) g
                     WHERE v_kind = 1
                     UNION ALL
                    SELECT a, n FROM unnest(v_places) a CROSS JOIN generate_series(v_first, v_last) n WHERE v_kind <> 1) x
             WHERE (x.place = v_group AND x.span < v_span) IS NOT TRUE;
            RETURN QUERY SELECT r.* FROM motcua.figure_walk(p_agencies, v_kind, v_guided, v_from, v_to, v_after, v_procedures, v_since,
                v_until, p_basis, p_observed, p_body, p_by, v_keys, p_channel, v_receivings, v_applicant, p_firsts, p_classes, p_needs,
                p_without, v_channels, v_left) r;
            GET DIAGNOSTICS v_n = ROW_COUNT;
            v_left := v_left - v_n;
            i := i + v_many;
            v_many := v_many * 3;
        END LOOP;
        v_group := -1;
        i := 1;
    END IF;

    v_many := 1;
    WHILE v_left > 0 AND v_part < 2 AND i <= cardinality(v_groups) LOOP
        v_places := v_groups[i : i + v_many - 1];
        IF p_firsts AND v_kind = 1 THEN
            RETURN QUERY
            SELECT f.dossier, x.facts, x.place, x.place, f.channel, f.officer, f.procedure, f.applicant, f.accepted,
                   f.current, f.closed, f.dossier * 4 + 1
              FROM (SELECT x.* FROM motcua.figure_still(2, v_places, NULL, v_channel, v_applicants) x OFFSET 0) f
             CROSS JOIN LATERAL motcua.figure_shown_first(f, p_agencies, v_procedures, p_observed, p_body, p_by, v_keys,
                   p_channel, v_receivings, v_applicant, p_needs, p_without, v_channels) x
             WHERE f.first_decided >= v_since AND f.first_decided < v_until AND NOT f.moved
               AND f.dossier > CASE WHEN v_places[1] = v_group THEN v_id ELSE 0 END
             ORDER BY f.receiving, f.dossier + 0 LIMIT v_left;
        ELSIF NOT p_firsts AND p_classes & 56 <> 0 THEN
            RETURN QUERY
            SELECT f.dossier, x.facts, x.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted,
                   x.due, CASE WHEN f.closed < v_until THEN f.closed END, f.dossier * 4 + 1
              FROM motcua.figure_standing(v_kind, v_places, v_procedures, v_channel, v_applicants, v_until, p_past,
                   CASE WHEN v_places[1] = v_group THEN v_id ELSE 0 END) f
             CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, v_procedures, v_since, v_until, p_basis, p_observed,
                   p_body, p_by, v_keys, p_channel, v_receivings, v_applicant, p_classes & 56, p_needs, p_without,
                   v_channels) x
             ORDER BY CASE v_kind WHEN 1 THEN f.competent WHEN 2 THEN f.receiving END, f.dossier + 0 LIMIT v_left; -- never by the order of all dossiers
        ELSE
            EXIT;
        END IF;
        GET DIAGNOSTICS v_n = ROW_COUNT;
        v_left := v_left - v_n;
        i := i + v_many;
        v_many := v_many * 2;
    END LOOP;

    IF v_left > 0 THEN
        v_id := CASE WHEN v_part = 2 THEN v_id ELSE 0 END;
        IF p_firsts THEN
            RETURN QUERY
            SELECT f.dossier, x.facts, x.place, x.place, f.channel, f.officer, f.procedure, f.applicant, f.accepted,
                   f.current, f.closed, f.dossier * 4 + 2
              FROM motcua.figure_dossier f
             CROSS JOIN LATERAL motcua.figure_shown_first(f, p_agencies, v_procedures, p_observed, p_body, p_by, v_keys,
                   p_channel, v_receivings, v_applicant, p_needs, p_without, v_channels) x
             WHERE f.moved AND f.first_decided >= v_since AND f.first_decided < v_until AND f.dossier > v_id
             ORDER BY f.dossier + 0 LIMIT v_left;
        ELSE
            RETURN QUERY
            SELECT f.dossier, x.facts, x.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted,
                   x.due, CASE WHEN f.closed < v_until THEN f.closed END, f.dossier * 4 + 2
              FROM motcua.figure_dossier f
             CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, v_procedures, v_since, v_until, p_basis, p_observed, p_body,
                   p_by, v_keys, p_channel, v_receivings, v_applicant, p_classes, p_needs, p_without, v_channels) x
             WHERE f.moved AND (f.closed IS NULL OR f.closed >= v_since) AND f.accepted < v_until AND f.dossier > v_id
             ORDER BY f.dossier + 0 LIMIT v_left;
        END IF;
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.figure_hints, motcua.figure_guide, motcua.figure_walk, motcua.figure_still, motcua.figure_standing FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_hints, motcua.figure_guide, motcua.figure_walk, motcua.figure_still, motcua.figure_standing
    TO motcua_app, motcua_report;
