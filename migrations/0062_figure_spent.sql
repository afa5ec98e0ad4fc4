-- Where the working time of dossiers with a result went was read from the states of the newest 2,000 of them each time somebody asked.
-- It is a fact as their marks are (0058): with its result a dossier has it for good.  So it is kept, one narrow row a dossier, made
-- with the marks; beside it what figures filter by, as in figure_dossier, so that a million are read without looking elsewhere.
SET LOCAL ROLE motcua_owner;

CREATE TABLE motcua.figure_spent (
    dossier bigint PRIMARY KEY,
    closed timestamptz NOT NULL,
    officer bigint NOT NULL,
    competent integer NOT NULL,
    receiving integer NOT NULL,
    version integer NOT NULL, -- of the procedure, whose steps are numbered
    channel smallint NOT NULL,
    late boolean NOT NULL,    -- by the date that counts
    procedure text NOT NULL,
    applicant text NOT NULL,
    spent text NOT NULL       -- as spent_text() of common/figures/spent.c writes it
);
CREATE INDEX figure_spent_closed ON motcua.figure_spent (competent, closed);

-- As in 0058, of whatever has these columns.
CREATE FUNCTION motcua.figure_has(p_dossier bigint, p_procedure text, p_of_channel integer, p_of_officer bigint, p_receiving integer,
                                  p_of_applicant text, p_procedures text[], p_channel integer, p_officer bigint, p_receivings integer[],
                                  p_applicant text)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT (p_procedures IS NULL OR p_procedure = ANY (p_procedures)) AND (p_channel < 0 OR p_of_channel = p_channel)
       AND (p_receivings IS NULL OR p_receiving = ANY (p_receivings)) AND (p_applicant IS NULL OR p_of_applicant = p_applicant)
       AND (p_officer < 0 OR p_officer = CASE WHEN p_of_officer <> 0 THEN p_of_officer ELSE motcua.figure_holder(p_dossier) END)
$$;
CREATE OR REPLACE FUNCTION motcua.figure_asked(f motcua.figure_dossier, p_procedures text[], p_channel integer, p_officer bigint,
                                               p_receivings integer[], p_applicant text)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT motcua.figure_has(f.dossier, f.procedure, f.channel, f.officer, f.receiving, f.applicant, p_procedures, p_channel, p_officer,
                             p_receivings, p_applicant)
$$;

-- Is what stands beside it what figures say of the dossier?
CREATE FUNCTION motcua.figure_spent_fits(s motcua.figure_spent, f motcua.figure_dossier) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (s.closed, s.officer, s.competent, s.receiving, s.channel, s.late, s.procedure, s.applicant)
         = (f.closed, f.officer, f.competent, f.receiving, f.channel, f.closed > f.basis, f.procedure, f.applicant)
$$;

-- As in 0058, and those whose time is not kept, or beside something else.
CREATE OR REPLACE FUNCTION motcua.index_unmarked_add() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO motcua.index_unmarked (dossier)
    SELECT c.dossier FROM changed c
     WHERE c.resolved AND c.accepted IS NOT NULL
       AND (NOT EXISTS (SELECT FROM motcua.index_mark m WHERE m.dossier = c.dossier AND m.part = 0)
            OR NOT EXISTS (SELECT FROM motcua.figure_spent s WHERE s.dossier = c.dossier AND motcua.figure_spent_fits(s, c)))
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- As in 0061, with the time of those of p_done that have some (p_spent, in their order).  Rows of figures do not move meanwhile, so
-- that what is kept beside it is what they say; while they are made again nothing is put: those dossiers wait.
DROP FUNCTION motcua.index_marks_put;
CREATE FUNCTION motcua.index_marks_put(p_done bigint[], p_spent text[], p_dossier bigint[], p_part integer[], p_agency integer[],
                                       p_officer bigint[], p_agency_time integer[], p_officer_time integer[], p_contacts integer[],
                                       p_agencies integer[], p_processed boolean[])
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(hashtext('motcua.figure_rebuild')) THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('motcua.figure_fold'));
    PERFORM pg_advisory_xact_lock(hashtext('motcua.index_mark'));
    DELETE FROM motcua.index_unmarked u WHERE u.dossier = ANY (p_done);
    DELETE FROM motcua.index_mark m WHERE m.dossier = ANY (p_done);
    DELETE FROM motcua.figure_spent s WHERE s.dossier = ANY (p_done);
    INSERT INTO motcua.index_mark (dossier, officer, closed, agency, part, agency_time, officer_time, contacts, agencies, processed)
    SELECT x.dossier, x.officer, d.closed, x.agency, x.part, x.agency_time, x.officer_time, x.contacts, x.agencies, x.processed
      FROM unnest(p_dossier, p_part, p_agency, p_officer, p_agency_time, p_officer_time, p_contacts, p_agencies, p_processed)
           x(dossier, part, agency, officer, agency_time, officer_time, contacts, agencies, processed)
      JOIN motcua.dossier d ON d.id = x.dossier AND d.closed IS NOT NULL;
    INSERT INTO motcua.figure_spent (dossier, closed, officer, competent, receiving, version, channel, late, procedure, applicant, spent)
    SELECT f.dossier, f.closed, f.officer, f.competent, f.receiving, d.version, f.channel, f.closed > f.basis, f.procedure, f.applicant,
           x.spent
      FROM unnest(p_done, p_spent) x(dossier, spent)
      JOIN motcua.figure_dossier f ON f.dossier = x.dossier AND f.accepted IS NOT NULL AND f.resolved
      JOIN motcua.dossier d ON d.id = x.dossier
     WHERE x.spent IS NOT NULL;
    RETURN cardinality(p_done);
END $$;

-- As in 0061.
CREATE OR REPLACE FUNCTION motcua.index_marks_again(p_dossier bigint[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('motcua.index_mark'));
    DELETE FROM motcua.index_mark m WHERE m.dossier = ANY (p_dossier);
    DELETE FROM motcua.figure_spent s WHERE s.dossier = ANY (p_dossier);
    INSERT INTO motcua.index_unmarked (dossier)
    SELECT d.id FROM motcua.dossier d WHERE d.id = ANY (p_dossier) AND d.accepted IS NOT NULL AND d.finished IS NOT NULL
        ON CONFLICT DO NOTHING;
    RETURN cardinality(p_dossier);
END $$;

INSERT INTO motcua.index_unmarked
SELECT f.dossier FROM motcua.figure_dossier f WHERE f.resolved AND f.accepted IS NOT NULL
    ON CONFLICT DO NOTHING;

REVOKE EXECUTE ON FUNCTION motcua.figure_has, motcua.figure_spent_fits, motcua.index_marks_put FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_has, motcua.figure_spent_fits TO motcua_app, motcua_report;
GRANT EXECUTE ON FUNCTION motcua.index_marks_put TO motcua_app;
GRANT SELECT ON motcua.figure_spent TO motcua_app, motcua_report;
