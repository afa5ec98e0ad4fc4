-- Values that people enter for indices: surveys, assessments, feedback, each with its document.  Nothing is changed: who
-- enters a period again corrects it, and both stay.
SET LOCAL ROLE motcua_owner;

CREATE TABLE motcua.assessment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key motcua.short NOT NULL UNIQUE,
    body_hash motcua.hash NOT NULL,
    index text NOT NULL CHECK (length(index) BETWEEN 1 AND 64),
    component text NOT NULL CHECK (length(component) BETWEEN 1 AND 64),
    agency integer NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    n bigint NOT NULL CHECK (n >= 0),
    of bigint NOT NULL CHECK (of > 0),
    document text NOT NULL CHECK (length(document) BETWEEN 1 AND 200),
    remark text NOT NULL,
    author bigint NOT NULL REFERENCES motcua.account,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (last_day >= first_day AND n <= of)
);
SELECT motcua.make_append_only($t$motcua.assessment$t$);
CREATE INDEX assessment_of ON motcua.assessment (index, first_day);

-- Outcome 0: entered, 1: the same request before, 2: the key was used for something else.
CREATE FUNCTION motcua.assessment_put(p_key text, p_body bytea, p_index text, p_component text, p_agency integer,
                                      p_first date, p_last date, p_n bigint, p_of bigint, p_document text,
                                      p_remark text, p_by bigint)
    RETURNS TABLE (outcome integer, id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
    v_body bytea;
BEGIN
    INSERT INTO motcua.assessment AS a (key, body_hash, index, component, agency, first_day, last_day, n, of,
                                        document, remark, author)
        VALUES (p_key, p_body, p_index, p_component, p_agency, p_first, p_last, p_n, p_of, p_document, p_remark,
                p_by)
        ON CONFLICT (key) DO NOTHING RETURNING a.id INTO v_id;
    IF v_id IS NOT NULL THEN
        RETURN QUERY SELECT 0, v_id;
        RETURN;
    END IF;
    SELECT a.id, a.body_hash INTO v_id, v_body FROM motcua.assessment a WHERE a.key = p_key AND a.author = p_by;
    RETURN QUERY SELECT CASE WHEN v_body = p_body THEN 1 ELSE 2 END, v_id;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.assessment_put FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.assessment_put TO motcua_app;
GRANT SELECT ON motcua.assessment TO motcua_app, motcua_report;
