-- Steps against their norms and late dossiers are filtered by what figures are filtered by: channel, officer, receiving unit and kind of
-- applicant, too.
SET LOCAL ROLE motcua_owner;

DROP FUNCTION motcua.figure_newest;
-- As in 0050; filtered, the rows themselves are counted.
CREATE FUNCTION motcua.figure_newest(p_agencies integer[], p_since timestamptz, p_until timestamptz, p_past boolean,
                                     p_procedures text[], p_channel integer, p_officer bigint, p_receivings integer[], p_applicant text,
                                     p_late boolean, p_cells integer, p_before timestamptz, p_before_id bigint, p_limit integer)
    RETURNS TABLE (dossier bigint, competent integer, closed timestamptz, late boolean, n bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    v_any boolean := p_channel < 0 AND p_officer < 0 AND p_receivings IS NULL AND p_applicant IS NULL;
    v_n bigint := CASE WHEN v_any THEN motcua.figure_resolved(p_agencies, p_since, p_until, p_past, p_procedures, p_late, p_cells)
        ELSE (SELECT count(*) FROM motcua.figure_dossier f
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
        SELECT f.dossier, f.competent, f.closed, f.closed > f.basis, v_n FROM motcua.figure_dossier f
         WHERE f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL AND f.resolved AND f.closed >= v_from AND f.closed < v_to
           AND motcua.figure_asked(f, p_procedures, p_channel, p_officer, p_receivings, p_applicant) AND (NOT p_late OR f.closed > f.basis)
           AND (p_before IS NULL OR (f.closed, f.dossier) < (p_before, p_before_id));
        GET DIAGNOSTICS v_some = ROW_COUNT;
        v_left := v_left - v_some;
        v_to := v_from;
        v_step := v_step * 2;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.figure_newest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_newest TO motcua_app, motcua_report;
