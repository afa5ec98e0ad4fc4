-- Marks of the dossiers resolved (Circular 01/2018, article 13) were read from the states of the newest ones each time somebody asked.
-- They are facts: with its result a dossier has them for good.  So they are made once (common/figures/marks.h, behind the acts) and
-- kept, one narrow row for the dossier and one for each officer at an agency who had a step of it; whatever is asked, all of
-- them count, by the dates and filters of the figures.
SET LOCAL ROLE motcua_owner;

CREATE TABLE motcua.index_mark (
    dossier bigint NOT NULL,
    officer bigint NOT NULL,
    closed timestamptz NOT NULL,
    agency integer NOT NULL,   -- of the officer; of part 0 the competent one
    part smallint NOT NULL,    -- 0: the dossier itself
    agency_time smallint,      -- of the agency, told in its first row; null: told already, or a step without a norm
    officer_time smallint,
    contacts smallint NOT NULL,
    agencies smallint NOT NULL,
    processed boolean NOT NULL, -- did she more than receive it?
    PRIMARY KEY (dossier, part)
);
CREATE INDEX index_mark_closed ON motcua.index_mark USING brin (closed) WITH (autosummarize = on);
CREATE INDEX index_mark_agency ON motcua.index_mark (agency, closed);
CREATE INDEX index_mark_officer ON motcua.index_mark (officer, closed) WHERE officer > 0;
CREATE TABLE motcua.index_unmarked (dossier bigint PRIMARY KEY);

-- Those with a result that have no marks yet.
CREATE FUNCTION motcua.index_unmarked_add() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO motcua.index_unmarked (dossier)
    SELECT c.dossier FROM changed c
     WHERE c.resolved AND c.accepted IS NOT NULL
       AND NOT EXISTS (SELECT FROM motcua.index_mark m WHERE m.dossier = c.dossier AND m.part = 0)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER index_unmarked_new AFTER INSERT ON motcua.figure_dossier
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION motcua.index_unmarked_add();
CREATE TRIGGER index_unmarked_now AFTER UPDATE ON motcua.figure_dossier
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION motcua.index_unmarked_add();
INSERT INTO motcua.index_unmarked SELECT f.dossier FROM motcua.figure_dossier f WHERE f.resolved AND f.accepted IS NOT NULL;

-- The marks of some dossiers (p_done; of one whose state cannot be read there are none).
CREATE FUNCTION motcua.index_marks_put(p_done bigint[], p_dossier bigint[], p_part integer[], p_agency integer[], p_officer bigint[],
                                       p_agency_time integer[], p_officer_time integer[], p_contacts integer[], p_agencies integer[],
                                       p_processed boolean[])
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('motcua.index_mark'));
    DELETE FROM motcua.index_unmarked u WHERE u.dossier = ANY (p_done);
    INSERT INTO motcua.index_mark (dossier, officer, closed, agency, part, agency_time, officer_time, contacts, agencies, processed)
    SELECT x.dossier, x.officer, d.closed, x.agency, x.part, x.agency_time, x.officer_time, x.contacts, x.agencies, x.processed
      FROM unnest(p_dossier, p_part, p_agency, p_officer, p_agency_time, p_officer_time, p_contacts, p_agencies, p_processed)
           x(dossier, part, agency, officer, agency_time, officer_time, contacts, agencies, processed)
      JOIN motcua.dossier d ON d.id = x.dossier AND d.closed IS NOT NULL
        ON CONFLICT DO NOTHING;
    RETURN cardinality(p_done);
END $$;

-- Who holds a dossier that nobody drafted or decided.  (Apart from the next, which could not be inlined with it.)
CREATE FUNCTION motcua.figure_holder(p_dossier bigint) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT t.officer FROM motcua.task t WHERE t.dossier = p_dossier AND left(t.step, 1) <> '@' ORDER BY t.due LIMIT 1), 0)
$$;
-- Has it what all must have?  With the officer that figures count it with.
CREATE FUNCTION motcua.figure_asked(f motcua.figure_dossier, p_procedures text[], p_channel integer, p_officer bigint, p_receivings integer[],
                                    p_applicant text)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT (p_procedures IS NULL OR f.procedure = ANY (p_procedures)) AND (p_channel < 0 OR f.channel = p_channel)
       AND (p_receivings IS NULL OR f.receiving = ANY (p_receivings)) AND (p_applicant IS NULL OR f.applicant = p_applicant)
       AND (p_officer < 0 OR p_officer = CASE WHEN f.officer <> 0 THEN f.officer ELSE motcua.figure_holder(f.dossier) END)
$$;
-- The agency that was responsible at the end of a period for one that moved, as figure_judge tells it.
CREATE FUNCTION motcua.figure_place(p_dossier bigint, p_competent integer, p_until timestamptz) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT g.competent FROM motcua.place_ledger g
                      WHERE g.dossier = p_dossier AND g.at >= p_until ORDER BY g.seq LIMIT 1), p_competent)
$$;

-- Values are told of one officer, too: indicator 7.
ALTER TABLE motcua.assessment ADD COLUMN officer bigint REFERENCES motcua.account;
DROP FUNCTION motcua.assessment_put;
-- Outcome 0: entered, 1: the same request before, 2: the key was used for something else, 3: nobody of this login.
CREATE FUNCTION motcua.assessment_put(p_key text, p_body bytea, p_index text, p_component text, p_agency integer,
                                      p_first date, p_last date, p_n bigint, p_of bigint, p_document text,
                                      p_remark text, p_by bigint, p_login text)
    RETURNS TABLE (outcome integer, id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
    v_body bytea;
    v_officer bigint := (SELECT c.id FROM motcua.account c WHERE c.login = p_login);
BEGIN
    IF p_login IS NOT NULL AND v_officer IS NULL THEN
        RETURN QUERY SELECT 3, 0::bigint;
        RETURN;
    END IF;
    INSERT INTO motcua.assessment AS a (key, body_hash, index, component, agency, first_day, last_day, n, of,
                                        document, remark, author, officer)
        VALUES (p_key, p_body, p_index, p_component, p_agency, p_first, p_last, p_n, p_of, p_document, p_remark,
                p_by, v_officer)
        ON CONFLICT (key) DO NOTHING RETURNING a.id INTO v_id;
    IF v_id IS NOT NULL THEN
        RETURN QUERY SELECT 0, v_id;
        RETURN;
    END IF;
    SELECT a.id, a.body_hash INTO v_id, v_body FROM motcua.assessment a WHERE a.key = p_key AND a.author = p_by;
    RETURN QUERY SELECT CASE WHEN v_body = p_body THEN 1 ELSE 2 END, v_id;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.index_unmarked_add, motcua.index_marks_put, motcua.figure_asked, motcua.figure_holder, motcua.figure_place,
    motcua.assessment_put FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.index_marks_put, motcua.assessment_put TO motcua_app;
GRANT EXECUTE ON FUNCTION motcua.figure_asked, motcua.figure_holder, motcua.figure_place TO motcua_app, motcua_report;
GRANT SELECT ON motcua.index_mark, motcua.index_unmarked TO motcua_app, motcua_report;
