-- Pages of what is overdue or stands still look at what was told again, stopped or late, not at all that is open; what staff typed in is
-- looked for among what came online.  Of two tasks due at the same moment the one given first tells whose a dossier is.
SET LOCAL ROLE motcua_owner;

CREATE INDEX figure_turned ON motcua.figure_dossier (competent, closed)
    WHERE accepted IS NOT NULL AND (due_at > accepted OR stopped IS NOT NULL OR closed > least(original, basis, current));
-- (now with the agency)
DROP INDEX motcua.figure_open_due;
CREATE INDEX figure_open_due ON motcua.figure_dossier (basis, competent)
    WHERE closed IS NULL AND accepted IS NOT NULL AND original = basis AND current = basis;
-- (now with what else is asked for)
DROP INDEX motcua.figure_procedure;
CREATE INDEX figure_procedure ON motcua.figure_dossier (procedure, closed, channel, applicant) WHERE accepted IS NOT NULL;
DROP INDEX motcua.figure_procedure_first;
CREATE INDEX figure_procedure_first ON motcua.figure_dossier (procedure, first_decided, channel, applicant) WHERE first_decided IS NOT NULL;
DROP INDEX motcua.figure_applicant;
CREATE INDEX figure_applicant ON motcua.figure_dossier (competent, applicant, closed, channel, accepted)
    WHERE accepted IS NOT NULL AND applicant <> 'citizen';
DROP INDEX motcua.figure_decided;
CREATE INDEX figure_decided ON motcua.figure_dossier (receiving, first_decided, channel) WHERE first_decided IS NOT NULL;
CREATE INDEX figure_applicant_first ON motcua.figure_dossier (receiving, applicant, first_decided, channel)
    WHERE first_decided IS NOT NULL AND applicant <> 'citizen';

-- What is open by now of agencies (p_kind 1), units (2) or procedures (0), of channels from the first to the last of p_channels (in order),
-- of all applicants or of one kind: as ranges, that are looked at in the index.  Whoever calls looks again.
CREATE OR REPLACE FUNCTION motcua.figure_still(p_kind integer, p_places integer[], p_procedures text[], p_channels smallint[], p_applicants text[])
    RETURNS SETOF motcua.figure_dossier
    LANGUAGE sql STABLE AS $$
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_kind = 1 AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.competent = ANY (p_places)
       AND f.channel >= p_channels[1] AND f.channel <= p_channels[cardinality(p_channels)]
       AND f.applicant >= CASE WHEN cardinality(p_applicants) = 1 THEN p_applicants[1] ELSE '' END
       AND f.applicant <= CASE WHEN cardinality(p_applicants) = 1 THEN p_applicants[1] ELSE chr(1114111) END
     UNION ALL
    SELECT f.* FROM motcua.figure_dossier f
     WHERE p_kind = 2 AND f.closed IS NULL AND f.receiving = ANY (p_places)
       AND f.channel >= p_channels[1] AND f.channel <= p_channels[cardinality(p_channels)]
       AND f.applicant >= CASE WHEN cardinality(p_applicants) = 1 THEN p_applicants[1] ELSE '' END
       AND f.applicant <= CASE WHEN cardinality(p_applicants) = 1 THEN p_applicants[1] ELSE chr(1114111) END
     UNION ALL
    SELECT f.* FROM unnest(p_procedures) u(code) CROSS JOIN LATERAL (
           SELECT f.* FROM motcua.figure_dossier f
            WHERE p_kind = 0 AND f.procedure = u.code AND f.closed IS NULL AND f.accepted IS NOT NULL OFFSET 0) f
$$;

-- What is open by now of agencies and was not within its time at p_until, or may not have been (p_overdue: or late, not only stopped).
CREATE FUNCTION motcua.figure_turned(p_places integer[], p_channels smallint[], p_applicants text[], p_until timestamptz, p_overdue boolean)
    RETURNS SETOF motcua.figure_dossier
    LANGUAGE sql STABLE AS $$
    SELECT f.* FROM (
        SELECT f.* FROM motcua.figure_dossier f
         WHERE f.closed IS NULL AND f.accepted IS NOT NULL AND (f.due_at > f.accepted OR f.stopped IS NOT NULL OR f.closed > least(f.original, f.basis, f.current))
           AND f.competent = ANY (p_places)
         UNION ALL -- its date was never told again
        SELECT f.* FROM (
            SELECT f.* FROM motcua.figure_dossier f
             WHERE p_overdue AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.original = f.basis AND f.current = f.basis
               AND f.basis < p_until AND f.competent = ANY (p_places)
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f
             WHERE p_overdue AND f.closed IS NULL AND f.accepted IS NOT NULL
               AND (f.original = f.basis AND f.current = f.basis) IS NOT TRUE AND f.competent = ANY (p_places)) f
         WHERE (f.due_at > f.accepted OR f.stopped IS NOT NULL) IS NOT TRUE) f
     WHERE f.channel = ANY (p_channels) AND (p_applicants IS NULL OR f.applicant = ANY (p_applicants))
$$;

-- Rows that may have been pending at p_until: what is open by now, and what was closed since.  p_kind: of agencies (1), receiving units (2),
-- procedures (0); 3: of agencies, but nothing that was within its time.
DROP FUNCTION motcua.figure_standing;
CREATE FUNCTION motcua.figure_standing(p_kind integer, p_places integer[], p_procedures text[], p_channels smallint[], p_applicants text[],
                                       p_until timestamptz, p_past boolean, p_after bigint, p_overdue boolean)
    RETURNS SETOF motcua.figure_dossier
    LANGUAGE sql STABLE AS $$
    SELECT f.* FROM (
        SELECT s.* FROM motcua.figure_still(p_kind, p_places, p_procedures, p_channels, p_applicants) s
         UNION ALL
        SELECT u.* FROM motcua.figure_turned(p_places, p_channels, p_applicants, p_until, p_overdue) u WHERE p_kind = 3 OFFSET 0) f
     WHERE f.accepted < p_until AND NOT f.moved AND f.dossier > p_after
     UNION ALL
    SELECT f.* FROM (
        SELECT f.* FROM motcua.figure_dossier f
         WHERE p_past AND p_kind = 1 AND (NOT 'citizen' = ANY (p_applicants)) IS NOT TRUE
           AND f.competent = ANY (p_places) AND f.accepted >= p_until - interval '60 days' AND f.accepted < p_until
           AND f.closed >= p_until AND f.closed < p_until + interval '60 days'
         UNION ALL
        SELECT f.* FROM motcua.figure_dossier f
         WHERE p_past AND p_kind = 1 AND NOT 'citizen' = ANY (p_applicants)
           AND f.accepted IS NOT NULL AND f.applicant <> 'citizen' AND f.competent = ANY (p_places) AND f.applicant = ANY (p_applicants)
           AND f.channel >= p_channels[1] AND f.channel <= p_channels[cardinality(p_channels)] -- in order: in the index
           AND f.closed >= p_until AND f.closed < p_until + interval '60 days'
         UNION ALL
        SELECT f.* FROM motcua.figure_dossier f
         WHERE p_past AND p_kind = 2 AND f.receiving = ANY (p_places) AND f.accepted IS NOT NULL AND f.closed >= p_until
           AND f.closed < p_until + interval '60 days'
         UNION ALL
        SELECT f.* FROM motcua.figure_dossier f
         WHERE p_past AND p_kind = 3 AND f.accepted IS NOT NULL AND (f.due_at > f.accepted OR f.stopped IS NOT NULL OR f.closed > least(f.original, f.basis, f.current))
           AND f.competent = ANY (p_places) AND f.closed >= p_until AND f.closed < p_until + interval '60 days'
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
       AND CASE p_kind WHEN 0 THEN f.procedure = ANY (p_procedures) WHEN 2 THEN f.receiving = ANY (p_places)
                       ELSE f.competent = ANY (p_places) END
$$;

-- As in 0063, but for these.
CREATE OR REPLACE FUNCTION motcua.figure_walk(
        p_agencies integer[], p_kind integer, p_places integer[], p_from timestamptz[], p_to timestamptz[], p_after bigint[],
        p_procedures text[], p_since timestamptz, p_until timestamptz, p_basis integer, p_observed timestamptz, p_body integer[],
        p_by integer, p_keys text[], p_channel integer, p_receivings integer[], p_applicant text, p_firsts boolean, p_classes integer,
        p_needs integer, p_without integer, p_channels integer, p_limit integer)
    RETURNS TABLE (dossier bigint, facts integer, place integer, receiving integer, channel smallint, officer bigint,
                   procedure text, applicant text, accepted timestamptz, due timestamptz, closed timestamptz,
                   cursor bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_sort = off SET jit = off AS $$
DECLARE -- as ranges, so that they are looked at in the index and the order stays
    v_channel_from integer := (SELECT min(x) FROM generate_series(0, 3) x WHERE (p_channels & (1 << x)) <> 0);
    v_channel_to integer := (SELECT max(x) FROM generate_series(0, 3) x WHERE (p_channels & (1 << x)) <> 0);
    v_applicant_from text := coalesce(p_applicant, '');
    v_applicant_to text := coalesce(p_applicant, chr(1114111));
BEGIN
    IF p_firsts AND p_kind = 1 AND p_applicant <> 'citizen' THEN
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
                  AND f.applicant = p_applicant AND f.applicant <> 'citizen'
                  AND f.channel >= v_channel_from AND f.channel <= v_channel_to
                ORDER BY f.first_decided, f.dossier LIMIT p_limit) y
         LIMIT p_limit;
    ELSIF p_firsts AND p_kind = 1 THEN
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
                  AND f.channel >= v_channel_from AND f.channel <= v_channel_to
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
                         AND f.channel >= v_channel_from AND f.channel <= v_channel_to
                         AND f.applicant >= v_applicant_from AND f.applicant <= v_applicant_to
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
                  AND f.channel >= v_channel_from AND f.channel <= v_channel_to
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
                         AND f.channel >= v_channel_from AND f.channel <= v_channel_to
                         AND f.applicant >= v_applicant_from AND f.applicant <= v_applicant_to
                       ORDER BY f.closed, f.dossier LIMIT p_limit) y
                ORDER BY y.closed, y.dossier LIMIT p_limit) z
         LIMIT p_limit;
    END IF;
END $$;

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
        & CASE WHEN p_needs & 64 <> 0 THEN 2 ELSE 15 END -- typed in by staff: online
        & CASE WHEN p_by = 4 AND p_keys IS NOT NULL THEN (SELECT coalesce(bit_or(1 << x::integer), 0) FROM unnest(p_keys) x) ELSE 15 END;
    -- what stands in a row of its own is looked at before anything is judged
    v_keys text[] := CASE WHEN p_by = 1 OR p_by = 2 AND p_procedures IS NOT NULL OR p_by = 5 AND p_receivings IS NOT NULL
        OR p_by = 6 AND (p_applicant IS NOT NULL OR cardinality(p_keys) <> 1) THEN p_keys END;
    v_applicant text := CASE WHEN cardinality(v_applicants) = 1 THEN v_applicants[1] END;
    v_channel smallint[] := ARRAY(SELECT x FROM generate_series(0, 3) x WHERE (v_channels & (1 << x)) <> 0);
    v_groups integer[];
    v_kind integer := 1;
    v_standing integer;
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

    -- few stand still; few are late, but of few agencies, of one channel or kind of applicant, what is open may be fewer
    v_standing := CASE WHEN v_kind = 1 AND p_classes & 8 = 0 AND (p_classes & 16 = 0
        OR cardinality(v_groups) > 4 AND (p_past OR v_channels = 15 AND v_applicants IS NULL)) THEN 3 ELSE v_kind END;
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
              FROM motcua.figure_standing(v_standing, v_places, v_procedures, v_channel, v_applicants, v_until, p_past,
                   CASE WHEN v_places[1] = v_group THEN v_id ELSE 0 END, p_classes & 16 <> 0) f
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

-- As in 0064, but for the task; p_streams: 1 the work, 2 first submissions, 3 both.
DROP FUNCTION motcua.figure_officer;
CREATE FUNCTION motcua.figure_officer(p_officer bigint, p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                      p_observed timestamptz, p_past boolean, p_body integer[], p_streams integer DEFAULT 3)
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer,
                   channel smallint, officer bigint, procedure text, applicant text,
                   accepted timestamptz, due timestamptz, closed timestamptz)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    v_since timestamptz := p_bounds[1];
    v_until timestamptz := p_bounds[cardinality(p_bounds)];
BEGIN
    IF p_streams & 2 <> 0 THEN
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
    END IF;
    IF p_streams & 1 = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT p.k, f.dossier, j.class + j.flags + CASE WHEN f.accepted >= p_bounds[p.k] THEN 8 ELSE 0 END
           + CASE WHEN f.moved THEN motcua.figure_elsewhere(f.dossier, f.accepted, f.receiving, f.competent, p_body)
                  WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END,
           j.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted, j.due,
           CASE WHEN f.closed < p_bounds[p.k + 1] THEN f.closed END
      FROM (SELECT f.* FROM motcua.figure_dossier f WHERE f.officer = p_officer AND f.officer <> 0 AND f.closed >= v_since
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f WHERE f.officer = p_officer AND f.officer <> 0 AND f.closed IS NULL
             UNION ALL
            SELECT f.* FROM (SELECT DISTINCT t.dossier FROM motcua.task t WHERE t.officer = p_officer AND t.officer <> 0) t
              JOIN motcua.figure_dossier f ON f.dossier = t.dossier
             WHERE f.officer = 0 AND p_officer = (SELECT t.officer FROM motcua.task t
                    WHERE t.dossier = f.dossier AND left(t.step, 1) <> '@' ORDER BY t.due, t.task LIMIT 1)
               AND (f.closed IS NULL OR f.closed >= v_since)) f
      JOIN generate_series(1, cardinality(p_bounds) - 1) p(k)
        ON f.accepted < p_bounds[p.k + 1] AND (f.closed IS NULL OR f.closed >= p_bounds[p.k])
     CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
           f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
           f.competent, p_bounds[p.k + 1], p_observed, p_basis) j
     WHERE (p_past OR f.moved OR f.closed IS NULL OR f.closed < v_until) AND j.place = ANY (p_agencies);
END $$;

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
                     WHERE t.dossier = r.dossier AND left(t.step, 1) <> '@' ORDER BY t.due, t.task LIMIT 1)
              END, 0) AS officer) o ON true
 WHERE (p_procedures IS NULL OR r.procedure = ANY (p_procedures))
   AND (p_channel < 0 OR r.channel = p_channel)
   AND (p_officer < 0 OR o.officer = p_officer)
   AND (p_receivings IS NULL OR r.receiving = ANY (p_receivings))
   AND (p_applicant IS NULL OR r.applicant = p_applicant)
 GROUP BY 1, 2, 3, 5 HAVING sum(r.n) <> 0;
END $$;

CREATE OR REPLACE FUNCTION motcua.figure_holder(p_dossier bigint) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT t.officer FROM motcua.task t
                      WHERE t.dossier = p_dossier AND left(t.step, 1) <> '@' ORDER BY t.due, t.task LIMIT 1), 0)
$$;

REVOKE EXECUTE ON FUNCTION motcua.figure_turned, motcua.figure_standing, motcua.figure_officer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_turned, motcua.figure_standing, motcua.figure_officer TO motcua_app, motcua_report;
