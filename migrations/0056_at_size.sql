-- What a large city needs besides.
SET LOCAL ROLE motcua_owner;

-- Is another one of this owner and procedure still open?  Asked by every acceptance; who has tens of thousands of closed ones (a
-- bank, a notary) made it look through them.  What is closed leaves the index; no act changes it otherwise.
CREATE INDEX dossier_chain_open ON motcua.dossier (chain, submitted) WHERE chain IS NOT NULL AND closed IS NULL;

-- After a crash PostgreSQL has forgotten how much of its tables has changed, and looks at none of them before that much changes
-- again: plans are made for tables as they once were.  The next table by name after p_after that it has not looked at since, of
-- at least p_bytes, is analysed; which it was, null when there is none.
CREATE FUNCTION motcua.analyse_forgotten(p_after text, p_bytes bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_table text;
BEGIN
    SELECT s.relname INTO v_table FROM pg_stat_user_tables s
     WHERE s.schemaname = 'motcua' AND s.last_analyze IS NULL AND s.last_autoanalyze IS NULL AND s.relname > p_after
       AND pg_relation_size(s.relid) >= p_bytes
     ORDER BY s.relname LIMIT 1;
    IF v_table IS NOT NULL THEN
        EXECUTE format('ANALYZE motcua.%I', v_table);
    END IF;
    RETURN v_table;
END $$;

-- As in 0052, but cells are always found by their index: PostgreSQL does not know which half months a question is about, and read
-- all cells of all years for one month of one dimension (1.0 s of 5 million dossiers, 0.3 s now).
CREATE OR REPLACE FUNCTION motcua.figure_counts(p_agencies integer[], p_bounds timestamptz[], p_basis integer, p_observed timestamptz,
                                     p_past boolean, p_body integer[], p_by integer, p_procedures text[], p_channel integer,
                                     p_officer bigint, p_receivings integer[], p_applicant text, p_cells integer,
                                     p_want integer, p_across integer DEFAULT 0)
    RETURNS TABLE (k integer, key text, facts integer, n bigint, across text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_sort = off SET plan_cache_mode = auto
    SET enable_seqscan = on AS $$
BEGIN
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

REVOKE EXECUTE ON FUNCTION motcua.analyse_forgotten FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.analyse_forgotten TO motcua_app;
