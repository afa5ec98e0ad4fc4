-- Figures by two dimensions at once: p_across, by what a row is split again (numbers as p_by), told in the last column.
-- And of many agencies the sum is planned for the very question: a plan for any question looks each dossier's agency up in
-- the whole list and keeps all branches, which cost 0.3 s of processor time more than planning does (20 to 50 ms); of few
-- agencies PostgreSQL decides.
SET LOCAL ROLE motcua_owner;

-- As in 0046, but for these.
DROP FUNCTION motcua.figure_counts;
CREATE FUNCTION motcua.figure_counts(p_agencies integer[], p_bounds timestamptz[], p_basis integer, p_observed timestamptz,
                                     p_past boolean, p_body integer[], p_by integer, p_procedures text[], p_channel integer,
                                     p_officer bigint, p_receivings integer[], p_applicant text, p_cells integer,
                                     p_want integer, p_across integer DEFAULT 0)
    RETURNS TABLE (k integer, key text, facts integer, n bigint, across text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_sort = off SET plan_cache_mode = auto AS $$
BEGIN
    IF p_cells = 3 AND EXISTS (SELECT FROM motcua.figure_usual u WHERE p_body[u.place] <> p_body[u.other]) THEN
        p_cells := 1; -- the organisation says otherwise by now
    END IF;
    IF cardinality(p_agencies) > 20 THEN
        PERFORM set_config('plan_cache_mode', 'force_custom_plan', true);
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

REVOKE EXECUTE ON FUNCTION motcua.figure_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_counts TO motcua_app, motcua_report;
