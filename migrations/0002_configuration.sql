-- What is published: organisation, calendars, regimes and procedure versions, each as the whole text
-- under its hash.  Texts never change; a new text is a new row and moves the epoch.
SET LOCAL ROLE motcua_owner;

-- One row.  Acts compare the epoch they were decided under inside their own transaction.
CREATE TABLE motcua.config_state (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch bigint NOT NULL
);
INSERT INTO motcua.config_state (epoch) VALUES (1);

CREATE TABLE motcua.organisation_version (
    version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    source text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE motcua.calendar_version (
    version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    source text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX calendar_version_name ON motcua.calendar_version (name, version DESC);
CREATE TABLE motcua.regime_version (
    version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    source text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX regime_version_name ON motcua.regime_version (name, version DESC);

-- Whoever publishes a version is not whoever wrote it (domain: separation of duty no. 4).
CREATE TABLE motcua.procedure_version (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    code text NOT NULL CHECK (code ~ '^[0-9]+\.[0-9]{6}$'),
    version integer NOT NULL CHECK (version > 0),
    source text NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    approver text NOT NULL CHECK (approver <> '' AND approver <> author),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (code, version)
);
SELECT motcua.make_append_only('motcua.organisation_version');
SELECT motcua.make_append_only('motcua.calendar_version');
SELECT motcua.make_append_only('motcua.regime_version');
SELECT motcua.make_append_only('motcua.procedure_version');

-- Projection of the newest organisation, for joins and reports.  Agencies end, they never go.
CREATE TABLE motcua.agency (
    id integer PRIMARY KEY,
    key text NOT NULL UNIQUE,
    code text NOT NULL,
    name_vi text NOT NULL,
    name_en text,
    parent integer,
    successor integer,
    valid_from date,
    valid_to date
);

-- Moves the epoch and wakes the daemons.  The lock waits for acts that are being stored, so an act
-- is either stored wholly before the change or refused as stale.
CREATE FUNCTION motcua.config_changed() RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_epoch bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7274496101);
    UPDATE motcua.config_state SET epoch = epoch + 1 RETURNING epoch INTO v_epoch;
    PERFORM pg_notify('motcua_config', v_epoch::text);
    RETURN v_epoch;
END $$;

-- Answers: 'same' (nothing changed), 'published', or 'refused'.
CREATE FUNCTION motcua.publish_text(p_kind text, p_name text, p_hash bytea, p_source text)
    RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_hash bytea;
BEGIN
    IF p_hash <> sha256(convert_to(p_source, 'UTF8')) THEN
        RAISE EXCEPTION 'hash does not match the text' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(7274496102);
    CASE p_kind
    WHEN 'organisation' THEN
        SELECT hash INTO v_hash FROM motcua.organisation_version ORDER BY version DESC LIMIT 1;
        IF v_hash = p_hash THEN RETURN 'same'; END IF;
        INSERT INTO motcua.organisation_version (hash, source) VALUES (p_hash, p_source);
    WHEN 'calendar' THEN
        SELECT hash INTO v_hash FROM motcua.calendar_version WHERE name = p_name
            ORDER BY version DESC LIMIT 1;
        IF v_hash = p_hash THEN RETURN 'same'; END IF;
        INSERT INTO motcua.calendar_version (name, hash, source) VALUES (p_name, p_hash, p_source);
    WHEN 'regime' THEN
        SELECT hash INTO v_hash FROM motcua.regime_version WHERE name = p_name
            ORDER BY version DESC LIMIT 1;
        IF v_hash = p_hash THEN RETURN 'same'; END IF;
        INSERT INTO motcua.regime_version (name, hash, source) VALUES (p_name, p_hash, p_source);
    END CASE;
    PERFORM motcua.config_changed();
    RETURN 'published';
END $$;

CREATE FUNCTION motcua.publish_procedure(p_code text, p_version integer, p_hash bytea, p_source text,
                                         p_author text, p_approver text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_hash bytea;
BEGIN
    IF p_hash <> sha256(convert_to(p_source, 'UTF8')) THEN
        RAISE EXCEPTION 'hash does not match the text' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(7274496102);
    SELECT hash INTO v_hash FROM motcua.procedure_version
        WHERE code = p_code AND version = p_version;
    IF v_hash = p_hash THEN RETURN 'same'; END IF;
    IF v_hash IS NOT NULL THEN RETURN 'refused'; END IF;
    INSERT INTO motcua.procedure_version (hash, code, version, source, author, approver)
        VALUES (p_hash, p_code, p_version, p_source, p_author, p_approver);
    PERFORM motcua.config_changed();
    RETURN 'published';
END $$;

-- The projection follows the organisation file; agencies that left the file keep their row.
CREATE FUNCTION motcua.publish_agencies(p_id integer[], p_key text[], p_code text[],
    p_name_vi text[], p_name_en text[], p_parent integer[], p_successor integer[],
    p_from date[], p_to date[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_n bigint;
BEGIN
    INSERT INTO motcua.agency AS a (id, key, code, name_vi, name_en, parent, successor, valid_from,
                                    valid_to)
        SELECT * FROM unnest(p_id, p_key, p_code, p_name_vi, p_name_en, p_parent, p_successor,
                             p_from, p_to)
        ON CONFLICT (id) DO UPDATE SET key = excluded.key, code = excluded.code,
            name_vi = excluded.name_vi, name_en = excluded.name_en, parent = excluded.parent,
            successor = excluded.successor, valid_from = excluded.valid_from,
            valid_to = excluded.valid_to;
    GET DIAGNOSTICS v_n = ROW_COUNT;
    RETURN v_n;
END $$;
