-- Marks can be made again: of a dossier that is told to have none yet (index_unmarked), what is there goes when the new ones come.
-- A migration that changes a rule of marks puts all of figure_dossier that is resolved there; so does verify --rebuild with those
-- whose history gives others.
SET LOCAL ROLE motcua_owner;

-- As in 0058, but what was there goes.
CREATE OR REPLACE FUNCTION motcua.index_marks_put(p_done bigint[], p_dossier bigint[], p_part integer[], p_agency integer[],
                                       p_officer bigint[], p_agency_time integer[], p_officer_time integer[], p_contacts integer[],
                                       p_agencies integer[], p_processed boolean[])
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('motcua.index_mark'));
    DELETE FROM motcua.index_unmarked u WHERE u.dossier = ANY (p_done);
    DELETE FROM motcua.index_mark m WHERE m.dossier = ANY (p_done);
    INSERT INTO motcua.index_mark (dossier, officer, closed, agency, part, agency_time, officer_time, contacts, agencies, processed)
    SELECT x.dossier, x.officer, d.closed, x.agency, x.part, x.agency_time, x.officer_time, x.contacts, x.agencies, x.processed
      FROM unnest(p_dossier, p_part, p_agency, p_officer, p_agency_time, p_officer_time, p_contacts, p_agencies, p_processed)
           x(dossier, part, agency, officer, agency_time, officer_time, contacts, agencies, processed)
      JOIN motcua.dossier d ON d.id = x.dossier AND d.closed IS NOT NULL;
    RETURN cardinality(p_done);
END $$;

-- The marks of these are wrong: they go, and are made behind the acts of those that should have some.
CREATE FUNCTION motcua.index_marks_again(p_dossier bigint[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('motcua.index_mark'));
    DELETE FROM motcua.index_mark m WHERE m.dossier = ANY (p_dossier);
    INSERT INTO motcua.index_unmarked (dossier)
    SELECT d.id FROM motcua.dossier d WHERE d.id = ANY (p_dossier) AND d.accepted IS NOT NULL AND d.finished IS NOT NULL
        ON CONFLICT DO NOTHING;
    RETURN cardinality(p_dossier);
END $$;

REVOKE EXECUTE ON FUNCTION motcua.index_marks_again FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.index_marks_again TO motcua_app;
