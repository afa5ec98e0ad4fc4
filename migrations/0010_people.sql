-- Who stands in for whom: delegations, absences, work that is moved in bulk; and where dossiers were
-- before they moved to a successor.  Nothing here is ever deleted: what is over is marked, by whom and
-- when, and every change leaves a line in the audit.
SET LOCAL ROLE motcua_owner;

-- Once entered only its end may be written, once.
CREATE FUNCTION motcua.ends_once() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL
       AND to_jsonb(OLD) - 'ended_at' - 'ended_by' = to_jsonb(NEW) - 'ended_at' - 'ended_by' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% may only be ended', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- One officer (holder) acts for another (giver).  kinds: bits of common/access/delegation.h;
-- procedures: none means all.
CREATE TABLE motcua.delegation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    giver bigint NOT NULL REFERENCES motcua.account,
    holder bigint NOT NULL REFERENCES motcua.account,
    agency integer NOT NULL,
    kinds integer NOT NULL CHECK (kinds > 0),
    procedures text[] NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    document text NOT NULL CHECK (document <> ''),
    entered_by bigint NOT NULL REFERENCES motcua.account,
    entered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_by bigint REFERENCES motcua.account,
    ended_at timestamptz,
    key motcua.short UNIQUE,
    body_hash motcua.hash,
    CHECK (giver <> holder),
    CHECK (valid_from <= valid_to)
);
CREATE INDEX delegation_holder ON motcua.delegation (holder, giver, valid_to);
CREATE INDEX delegation_giver ON motcua.delegation (giver);
CREATE INDEX delegation_agency ON motcua.delegation (agency);
CREATE TRIGGER ends_once BEFORE UPDATE OR DELETE ON motcua.delegation
    FOR EACH ROW EXECUTE FUNCTION motcua.ends_once();

-- Days, both included, on which an officer is away.
CREATE TABLE motcua.absence (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES motcua.account,
    from_day date NOT NULL,
    to_day date NOT NULL,
    reason text NOT NULL CHECK (reason IN ('leave', 'sick', 'mission', 'training', 'other')),
    entered_by bigint NOT NULL REFERENCES motcua.account,
    entered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_by bigint REFERENCES motcua.account,
    ended_at timestamptz,
    key motcua.short UNIQUE,
    body_hash motcua.hash,
    CHECK (from_day <= to_day)
);
CREATE INDEX absence_account ON motcua.absence (account, to_day) WHERE ended_at IS NULL;
CREATE INDEX absence_day ON motcua.absence (to_day, from_day, account) WHERE ended_at IS NULL;
CREATE TRIGGER ends_once BEFORE UPDATE OR DELETE ON motcua.absence
    FOR EACH ROW EXECUTE FUNCTION motcua.ends_once();

CREATE FUNCTION motcua.today() RETURNS date
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
$$;

-- Made once under a key: outcome 0 made, 1 the same request before, 2 the key of another request.
CREATE FUNCTION motcua.delegation_put(p_key text, p_body bytea, p_by bigint, p_giver bigint,
                                      p_holder bigint, p_agency integer, p_kinds integer,
                                      p_procedures text[], p_from date, p_to date, p_document text)
    RETURNS TABLE (outcome integer, id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
BEGIN
    INSERT INTO motcua.delegation (giver, holder, agency, kinds, procedures, valid_from, valid_to,
                                   document, entered_by, key, body_hash)
        VALUES (p_giver, p_holder, p_agency, p_kinds, p_procedures, p_from, p_to, p_document, p_by,
                p_key, p_body)
        ON CONFLICT (key) DO NOTHING RETURNING delegation.id INTO v_id;
    IF v_id IS NULL THEN
        RETURN QUERY SELECT CASE WHEN d.entered_by = p_by AND d.body_hash = p_body THEN 1 ELSE 2 END,
                            d.id
                       FROM motcua.delegation d WHERE d.key = p_key;
        RETURN;
    END IF;
    INSERT INTO motcua.audit (what, account, detail) VALUES ('delegation', p_by,
        format('{"delegation":%s,"from":%s,"to":%s,"agency":%s}', v_id, p_giver, p_holder, p_agency));
    RETURN QUERY SELECT 0, v_id;
END $$;

CREATE FUNCTION motcua.delegation_end(p_id bigint, p_by bigint, p_document text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE motcua.delegation SET ended_at = clock_timestamp(), ended_by = p_by
     WHERE id = p_id AND ended_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO motcua.audit (what, account, detail)
        VALUES ('delegation-revoked', p_by,
                format('{"delegation":%s,"document":%s}', p_id, coalesce(to_json(p_document)::text, 'null')));
    RETURN true;
END $$;

CREATE FUNCTION motcua.absence_put(p_key text, p_body bytea, p_by bigint, p_account bigint,
                                   p_from date, p_to date, p_reason text)
    RETURNS TABLE (outcome integer, id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
BEGIN
    INSERT INTO motcua.absence (account, from_day, to_day, reason, entered_by, key, body_hash)
        VALUES (p_account, p_from, p_to, p_reason, p_by, p_key, p_body)
        ON CONFLICT (key) DO NOTHING RETURNING absence.id INTO v_id;
    IF v_id IS NULL THEN
        RETURN QUERY SELECT CASE WHEN a.entered_by = p_by AND a.body_hash = p_body THEN 1 ELSE 2 END,
                            a.id
                       FROM motcua.absence a WHERE a.key = p_key;
        RETURN;
    END IF;
    INSERT INTO motcua.audit (what, account, detail) VALUES ('absence', p_by,
        format('{"absence":%s,"account":%s,"from":"%s","to":"%s"}', v_id, p_account, p_from, p_to));
    RETURN QUERY SELECT 0, v_id;
END $$;

CREATE FUNCTION motcua.absence_end(p_id bigint, p_by bigint, p_document text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE motcua.absence SET ended_at = clock_timestamp(), ended_by = p_by
     WHERE id = p_id AND ended_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO motcua.audit (what, account, detail)
        VALUES ('absence-cancelled', p_by,
                format('{"absence":%s,"document":%s}', p_id, coalesce(to_json(p_document)::text, 'null')));
    RETURN true;
END $$;

-- Work moved in bulk: a plan that is made once and worked off, so that it can be resumed.  target:
-- an officer, 0 the queue, -1 whoever has least.  An item's outcome is null until it was tried.
CREATE TABLE motcua.reassignment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key motcua.short NOT NULL UNIQUE,
    body_hash motcua.hash NOT NULL,
    account bigint NOT NULL REFERENCES motcua.account,
    officer bigint NOT NULL REFERENCES motcua.account,
    agency integer NOT NULL,
    target bigint NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE motcua.reassignment_item (
    reassignment bigint NOT NULL REFERENCES motcua.reassignment,
    dossier bigint NOT NULL,
    task integer NOT NULL,
    code text NOT NULL,
    outcome text,
    officer bigint, -- who has it now; 0: the queue
    PRIMARY KEY (reassignment, dossier, task)
);

CREATE FUNCTION motcua.reassignment_plan(p_key text, p_body bytea, p_by bigint, p_officer bigint,
                                         p_agencies integer[], p_target bigint, p_reason text,
                                         p_most integer)
    RETURNS TABLE (outcome integer, id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
    v_n bigint;
BEGIN
    INSERT INTO motcua.reassignment (key, body_hash, account, officer, agency, target, reason)
        VALUES (p_key, p_body, p_by, p_officer, p_agencies[1], p_target, p_reason)
        ON CONFLICT (key) DO NOTHING RETURNING reassignment.id INTO v_id;
    IF v_id IS NULL THEN
        RETURN QUERY SELECT CASE WHEN r.account = p_by AND r.body_hash = p_body THEN 1 ELSE 2 END, r.id
                       FROM motcua.reassignment r WHERE r.key = p_key;
        RETURN;
    END IF;
    INSERT INTO motcua.reassignment_item (reassignment, dossier, task, code)
        SELECT v_id, k.dossier, k.task, k.code FROM motcua.task k
         WHERE k.officer = p_officer AND k.officer <> 0 AND k.agency = ANY (p_agencies)
         ORDER BY k.due, k.dossier, k.task LIMIT p_most;
    GET DIAGNOSTICS v_n = ROW_COUNT;
    INSERT INTO motcua.audit (what, account, detail) VALUES ('reassignment', p_by,
        format('{"reassignment":%s,"officer":%s,"agency":%s,"target":%s,"tasks":%s}', v_id, p_officer,
               p_agencies[1], p_target, v_n));
    RETURN QUERY SELECT 0, v_id;
END $$;

CREATE FUNCTION motcua.reassignment_note(p_id bigint, p_dossier bigint[], p_task integer[],
                                         p_outcome text[], p_officer bigint[]) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH told AS (
        UPDATE motcua.reassignment_item i SET outcome = t.outcome, officer = t.officer
          FROM unnest(p_dossier, p_task, p_outcome, p_officer) t(dossier, task, outcome, officer)
         WHERE i.reassignment = p_id AND i.dossier = t.dossier AND i.task = t.task
           AND i.outcome IS NULL RETURNING 1)
    SELECT count(*) FROM told
$$;

-- Where a dossier was until this event: reports of a time before it count it there.
CREATE TABLE motcua.place_ledger (
    dossier bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    receiving integer NOT NULL,
    competent integer NOT NULL,
    PRIMARY KEY (dossier, seq)
);
SELECT motcua.make_append_only('motcua.place_ledger');
CREATE FUNCTION motcua.place_moved() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO motcua.place_ledger (dossier, seq, at, receiving, competent)
        SELECT OLD.id, NEW.seq, e.at, OLD.receiving, OLD.competent FROM motcua.dossier_event e
         WHERE e.dossier = NEW.id AND e.seq = NEW.seq;
    RETURN NULL;
END $$;
CREATE TRIGGER place_moved AFTER UPDATE OF receiving, competent ON motcua.dossier
    FOR EACH ROW WHEN (OLD.receiving <> NEW.receiving OR OLD.competent <> NEW.competent)
    EXECUTE FUNCTION motcua.place_moved();

GRANT SELECT ON motcua.delegation, motcua.absence, motcua.reassignment, motcua.reassignment_item,
    motcua.place_ledger TO motcua_app;
GRANT SELECT ON motcua.place_ledger TO motcua_report;
GRANT EXECUTE ON FUNCTION motcua.today, motcua.delegation_put, motcua.delegation_end,
    motcua.absence_put, motcua.absence_end, motcua.reassignment_plan, motcua.reassignment_note
    TO motcua_app;
