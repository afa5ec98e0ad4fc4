-- Pages of what was put off with an apology or refused, one in thirty: found by these marks, where every dossier that was closed
-- in a half month was read for each.
SET LOCAL ROLE motcua_owner;

-- Marks that a row tells of itself; and dossiers of which a date was told after they were closed: of these the ledger tells.
CREATE INDEX figure_marked ON motcua.figure_dossier (competent, closed)
    WHERE accepted IS NOT NULL AND (current > basis OR refused OR (due_at <= closed) IS NOT TRUE);

-- As in 0050, but for those.
CREATE OR REPLACE FUNCTION motcua.figure_walk(
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
    ELSIF p_place > 0 AND p_needs & 1536 <> 0 THEN
        RETURN QUERY
        SELECT f.dossier, x.facts, x.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted,
               x.due, f.closed, f.dossier * 4
          FROM motcua.figure_dossier f
         CROSS JOIN LATERAL motcua.figure_shown(f, p_agencies, p_procedures, p_since, p_until, p_basis, p_observed,
               p_body, p_by, p_keys, p_channel, p_receivings, p_applicant, p_classes, p_needs, p_without,
               p_channels) x
         WHERE f.competent = p_place AND f.accepted IS NOT NULL AND f.closed >= p_from AND f.closed < p_to
           AND (f.accepted < p_until) IS TRUE AND NOT f.moved AND (f.closed > p_from OR f.dossier > p_after)
           AND (f.current > f.basis OR f.refused OR (f.due_at <= f.closed) IS NOT TRUE)
         ORDER BY f.closed, f.dossier LIMIT p_limit;
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
