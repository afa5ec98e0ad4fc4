-- What belongs to one person and to no dossier: drafts of forms that are not sent yet, preferences of
-- the screen, saved filters of queues.  Nothing here is a record: it may be overwritten, and goes by itself.
SET LOCAL ROLE motcua_owner;

-- Chosen by the client, told by it once more with every saving: version is what keeps two windows from
-- overwriting each other.  May hold personal data of applicants: only its owner reads it, and it expires.
CREATE TABLE motcua.draft (
    account bigint NOT NULL REFERENCES motcua.account,
    id motcua.short NOT NULL,
    version bigint NOT NULL,
    kind motcua.short NOT NULL,
    title text NOT NULL,
    content text COMPRESSION lz4 NOT NULL,
    updated timestamptz NOT NULL,
    expires timestamptz NOT NULL,
    PRIMARY KEY (account, id)
) WITH (fillfactor = 70);
CREATE INDEX draft_expires ON motcua.draft USING brin (expires);

-- Outcome 0: saved, or the same text as it is now; 1: the present one is another (nothing written);
-- 2: there is none any more; 3: p_most are there already.  p_based: the version it goes on from, 0: new.
CREATE FUNCTION motcua.draft_put(p_account bigint, p_id text, p_based bigint, p_kind text,
                                 p_title text, p_content text, p_now timestamptz,
                                 p_expires timestamptz, p_most integer)
    RETURNS TABLE (outcome integer, version bigint, kind text, title text, content text,
                   updated timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v motcua.draft;
    v_outcome integer := 0;
BEGIN
    DELETE FROM motcua.draft d WHERE d.account = p_account AND d.expires <= p_now;
    SELECT d.* INTO v FROM motcua.draft d WHERE d.account = p_account AND d.id = p_id FOR UPDATE;
    IF v.id IS NULL AND p_based = 0 THEN
        -- One at a time for each person, so that the limit holds.
        PERFORM FROM motcua.account a WHERE a.id = p_account FOR NO KEY UPDATE;
        IF (SELECT count(*) FROM motcua.draft d WHERE d.account = p_account) >= p_most THEN
            RETURN QUERY SELECT 3, 0::bigint, NULL::text, NULL::text, NULL::text, NULL::timestamptz;
            RETURN;
        END IF;
        INSERT INTO motcua.draft AS d (account, id, version, kind, title, content, updated, expires)
            VALUES (p_account, p_id, 1, p_kind, p_title, p_content, p_now, p_expires)
            ON CONFLICT DO NOTHING;
        SELECT d.* INTO v FROM motcua.draft d WHERE d.account = p_account AND d.id = p_id FOR UPDATE;
    END IF;
    IF v.id IS NULL THEN
        v_outcome := 2;
    ELSIF v.kind = p_kind AND v.title = p_title AND v.content = p_content THEN
        v_outcome := 0; -- an answer that was lost, and came again
    ELSIF v.version <> p_based THEN
        v_outcome := 1;
    ELSE
        UPDATE motcua.draft d SET version = d.version + 1, kind = p_kind, title = p_title,
                                  content = p_content, updated = p_now, expires = p_expires
         WHERE d.account = p_account AND d.id = p_id RETURNING d.* INTO v;
    END IF;
    RETURN QUERY SELECT v_outcome, v.version, v.kind::text, v.title, v.content, v.updated;
END $$;

CREATE FUNCTION motcua.draft_delete(p_account bigint, p_id text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (DELETE FROM motcua.draft WHERE account = p_account AND id = p_id RETURNING 1)
    SELECT count(*) > 0 FROM gone
$$;

CREATE TABLE motcua.preference (
    account bigint PRIMARY KEY REFERENCES motcua.account,
    content text NOT NULL,
    updated timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE FUNCTION motcua.preference_put(p_account bigint, p_content text, p_now timestamptz)
    RETURNS TABLE (content text, updated timestamptz)
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO motcua.preference AS p (account, content, updated)
        VALUES (p_account, p_content, p_now)
        ON CONFLICT (account) DO UPDATE SET content = p_content, updated = p_now
        RETURNING p.content, p.updated
$$;

-- A person's own; shared: everybody of that agency sees it.
CREATE TABLE motcua.saved_filter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES motcua.account,
    shared integer, -- agency
    name text NOT NULL,
    query text NOT NULL,
    updated timestamptz NOT NULL,
    UNIQUE (account, name)
);
CREATE INDEX saved_filter_shared ON motcua.saved_filter (shared) WHERE shared IS NOT NULL;

-- The same name again: that filter is changed.  0: p_most are there already.
CREATE FUNCTION motcua.filter_put(p_account bigint, p_shared integer, p_name text, p_query text,
                                  p_now timestamptz, p_most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    UPDATE motcua.saved_filter SET shared = p_shared, query = p_query, updated = p_now
     WHERE account = p_account AND name = p_name RETURNING id INTO v_id;
    IF v_id IS NOT NULL THEN
        RETURN v_id;
    END IF;
    PERFORM FROM motcua.account a WHERE a.id = p_account FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM motcua.saved_filter f WHERE f.account = p_account) >= p_most THEN
        RETURN 0;
    END IF;
    INSERT INTO motcua.saved_filter AS f (account, shared, name, query, updated)
        VALUES (p_account, p_shared, p_name, p_query, p_now)
        ON CONFLICT (account, name) DO UPDATE SET shared = p_shared, query = p_query, updated = p_now
        RETURNING f.id INTO v_id;
    RETURN v_id;
END $$;

-- Her own, or (a head: p_agency) what is shared with her agency.
CREATE FUNCTION motcua.filter_delete(p_account bigint, p_agency integer, p_id bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (DELETE FROM motcua.saved_filter
                   WHERE id = p_id AND (account = p_account OR shared = p_agency) RETURNING 1)
    SELECT count(*) > 0 FROM gone
$$;

-- Drafts go with the others that have served their time; the rest of expire stands as it was.
DO $$
DECLARE
    v_old text := pg_get_functiondef('motcua.expire'::regproc);
    v_new text := regexp_replace(v_old, '\n(\s*)RETURN v_n;',
        E'\n\\1DELETE FROM motcua.draft WHERE expires <= p_now;\n\\1RETURN v_n;');
BEGIN
    IF v_new = v_old THEN
        RAISE EXCEPTION 'expire is not as this migration expects';
    END IF;
    EXECUTE v_new;
END $$;

GRANT SELECT ON motcua.draft, motcua.preference, motcua.saved_filter TO motcua_app;
GRANT EXECUTE ON FUNCTION motcua.draft_put, motcua.draft_delete, motcua.preference_put,
    motcua.filter_put, motcua.filter_delete TO motcua_app;
