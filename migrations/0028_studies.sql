-- Studies: what somebody asked of the past that takes seconds to count (what if), how far it has come, and what
-- came out.  Work of the office's machines, not a record: it goes after a month.
SET LOCAL ROLE motcua_owner;

CREATE TABLE motcua.study (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    question text NOT NULL,
    scope integer NOT NULL, -- whose dossiers, as of frozen_report
    author bigint NOT NULL REFERENCES motcua.account,
    begun timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen timestamptz NOT NULL DEFAULT clock_timestamp(), -- whoever counts was alive
    looked bigint NOT NULL DEFAULT 0,
    of_n bigint NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    fault text,
    result text COMPRESSION lz4,
    CHECK ((state = 'done') = (result IS NOT NULL))
);
CREATE INDEX study_author ON motcua.study (author, id);
CREATE INDEX study_running ON motcua.study (seen) WHERE state = 'running';

-- 0: so many run already, of this person or of all.
CREATE FUNCTION motcua.study_begin(p_question text, p_scope integer, p_author bigint, p_own integer, p_all integer)
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7274496104);
    DELETE FROM motcua.study WHERE seen < clock_timestamp() - interval '31 days';
    IF (SELECT count(*) FILTER (WHERE s.author = p_author) >= p_own OR count(*) >= p_all
          FROM motcua.study s WHERE s.state = 'running' AND s.seen > clock_timestamp() - interval '30 seconds') THEN
        RETURN 0;
    END IF;
    INSERT INTO motcua.study (question, scope, author) VALUES (p_question, p_scope, p_author) RETURNING id INTO v_id;
    RETURN v_id;
END $$;

-- False: nobody wants it any more.
CREATE FUNCTION motcua.study_progress(p_id bigint, p_looked bigint, p_of bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH told AS (UPDATE motcua.study SET looked = p_looked, of_n = p_of, seen = clock_timestamp()
                   WHERE id = p_id AND state = 'running' RETURNING 1)
    SELECT count(*) > 0 FROM told
$$;

CREATE FUNCTION motcua.study_end(p_id bigint, p_result text, p_fault text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH told AS (UPDATE motcua.study SET seen = clock_timestamp(), result = p_result, fault = p_fault,
                         state = CASE WHEN p_result IS NULL THEN 'failed' ELSE 'done' END
                   WHERE id = p_id AND state = 'running' RETURNING 1)
    SELECT count(*) > 0 FROM told
$$;

CREATE FUNCTION motcua.study_cancel(p_id bigint, p_who bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (UPDATE motcua.study SET state = 'cancelled', seen = clock_timestamp()
                   WHERE id = p_id AND author = p_who AND state = 'running' RETURNING 1)
    SELECT count(*) > 0 FROM gone
$$;

REVOKE EXECUTE ON FUNCTION motcua.study_begin, motcua.study_progress, motcua.study_end, motcua.study_cancel FROM PUBLIC;
GRANT SELECT ON motcua.study TO motcua_app;
GRANT EXECUTE ON FUNCTION motcua.study_begin, motcua.study_progress, motcua.study_end, motcua.study_cancel TO motcua_app;
