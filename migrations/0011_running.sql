-- Rules that change under running dossiers: every published text has two persons; proposals that one
-- makes and another approves; a dossier that moved to another version of its procedure.
SET LOCAL ROLE motcua_owner;

-- Whoever publishes is not whoever wrote it (domain 7.2 no. 4).  Texts published before this have none.
ALTER TABLE motcua.organisation_version ADD COLUMN author text, ADD COLUMN approver text,
    ADD CONSTRAINT two_persons CHECK (author <> '' AND approver <> '' AND approver <> author);
ALTER TABLE motcua.calendar_version ADD COLUMN author text, ADD COLUMN approver text,
    ADD CONSTRAINT two_persons CHECK (author <> '' AND approver <> '' AND approver <> author);
ALTER TABLE motcua.regime_version ADD COLUMN author text, ADD COLUMN approver text,
    ADD CONSTRAINT two_persons CHECK (author <> '' AND approver <> '' AND approver <> author);

-- Answers: 'same' (nothing changed) or 'published'.
DROP FUNCTION motcua.publish_text(text, text, bytea, text);
CREATE FUNCTION motcua.publish_text(p_kind text, p_name text, p_hash bytea, p_source text,
                                    p_author text, p_approver text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_hash bytea;
BEGIN
    IF p_hash <> sha256(convert_to(p_source, 'UTF8')) THEN
        RAISE EXCEPTION 'hash does not match the text' USING ERRCODE = 'check_violation';
    END IF;
    IF coalesce(p_author, '') = '' OR coalesce(p_approver, '') = '' OR p_author = p_approver THEN
        RAISE EXCEPTION 'two persons publish' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(7274496102);
    CASE p_kind
    WHEN 'organisation' THEN
        SELECT hash INTO v_hash FROM motcua.organisation_version ORDER BY version DESC LIMIT 1;
        IF v_hash = p_hash THEN RETURN 'same'; END IF;
        INSERT INTO motcua.organisation_version (hash, source, author, approver)
            VALUES (p_hash, p_source, p_author, p_approver);
    WHEN 'calendar' THEN
        SELECT hash INTO v_hash FROM motcua.calendar_version WHERE name = p_name
            ORDER BY version DESC LIMIT 1;
        IF v_hash = p_hash THEN RETURN 'same'; END IF;
        INSERT INTO motcua.calendar_version (name, hash, source, author, approver)
            VALUES (p_name, p_hash, p_source, p_author, p_approver);
    WHEN 'regime' THEN
        SELECT hash INTO v_hash FROM motcua.regime_version WHERE name = p_name
            ORDER BY version DESC LIMIT 1;
        IF v_hash = p_hash THEN RETURN 'same'; END IF;
        INSERT INTO motcua.regime_version (name, hash, source, author, approver)
            VALUES (p_name, p_hash, p_source, p_author, p_approver);
    END CASE;
    PERFORM motcua.config_changed();
    RETURN 'published';
END $$;

-- What one person proposes and another approves: texts to publish, a recalculation, a move to another
-- version.  last: the dossier up to which a run has come, so that it can be gone on with.
CREATE TABLE motcua.publication (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('texts', 'recalculation', 'move')),
    body text NOT NULL,
    document text NOT NULL,
    author bigint NOT NULL REFERENCES motcua.account (id),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    approver bigint REFERENCES motcua.account (id),
    decided_at timestamptz,
    declined boolean NOT NULL DEFAULT false,
    last bigint NOT NULL DEFAULT 0,
    report text,
    done_at timestamptz,
    CONSTRAINT two_persons CHECK (approver <> author)
);

CREATE FUNCTION motcua.publication_add(p_kind text, p_body text, p_document text, p_author bigint)
    RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO motcua.publication (kind, body, document, author)
        VALUES (p_kind, p_body, p_document, p_author) RETURNING id
$$;

-- Answers: 'approved' (now, or before: a run goes on), 'declined', 'own', 'done', 'none'.
CREATE FUNCTION motcua.publication_decide(p_id bigint, p_who bigint, p_agree boolean) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v motcua.publication;
BEGIN
    SELECT * INTO v FROM motcua.publication WHERE id = p_id FOR UPDATE;
    IF v.id IS NULL THEN RETURN 'none'; END IF;
    IF v.done_at IS NOT NULL OR v.declined THEN RETURN 'done'; END IF;
    IF v.author = p_who AND p_agree THEN RETURN 'own'; END IF;
    IF p_agree AND v.approver IS NULL THEN
        UPDATE motcua.publication SET approver = p_who, decided_at = clock_timestamp()
         WHERE id = p_id;
    ELSIF NOT p_agree AND v.approver IS NOT NULL THEN
        RETURN 'done'; -- under way already
    ELSIF NOT p_agree THEN
        UPDATE motcua.publication SET declined = true, decided_at = clock_timestamp()
         WHERE id = p_id;
        RETURN 'declined';
    END IF;
    RETURN 'approved';
END $$;

CREATE FUNCTION motcua.publication_progress(p_id bigint, p_last bigint, p_report text,
                                            p_done boolean) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE motcua.publication SET last = p_last, report = p_report,
           done_at = CASE WHEN p_done THEN clock_timestamp() END
     WHERE id = p_id AND approver IS NOT NULL AND done_at IS NULL
    RETURNING true
$$;

-- The version is a column that lists read; the event that moves a dossier says which.  Only this kind
-- of event fires it.
CREATE FUNCTION motcua.version_moved() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v jsonb := NEW.payload::jsonb;
BEGIN
    UPDATE motcua.dossier SET version = (v ->> 'version')::integer,
           procedure_hash = decode(v ->> 'definition', 'hex')
     WHERE id = NEW.dossier;
    UPDATE motcua.task SET version = (v ->> 'version')::integer WHERE dossier = NEW.dossier;
    RETURN NULL;
END $$;
CREATE TRIGGER version_moved AFTER INSERT ON motcua.dossier_event
    FOR EACH ROW WHEN (NEW.kind = 'MIGRATED') EXECUTE FUNCTION motcua.version_moved();

GRANT SELECT ON motcua.publication TO motcua_app;
GRANT EXECUTE ON FUNCTION motcua.publish_text, motcua.publication_add, motcua.publication_decide,
    motcua.publication_progress TO motcua_app;
