-- Accounts that administrators change through the API: who did it and why stands in the audit, nobody
-- changes her own rights, the last administrator stays; passwords that must be changed at the first
-- sign-in; the audit by person and by kind.
SET LOCAL ROLE motcua_owner;

ALTER TABLE motcua.account ADD COLUMN seq integer NOT NULL DEFAULT 1,
    ADD COLUMN must_change boolean NOT NULL DEFAULT false;
CREATE INDEX audit_account ON motcua.audit (account, id) WHERE account IS NOT NULL;
CREATE INDEX audit_what ON motcua.audit (what, id);

-- The two below are parts of account_change, which checks and tells the audit.
-- NULL arguments leave what is there.  Answers the account's id.  p_keep: the session that stays.
DROP FUNCTION motcua.account_put(text, text, integer, text, bytea, boolean);
CREATE FUNCTION motcua.account_put(p_login text, p_name text, p_agency integer,
                                   p_password_hash text, p_identity_key bytea, p_active boolean,
                                   p_keep bytea DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    UPDATE motcua.account SET name = coalesce(p_name, name), agency = coalesce(p_agency, agency),
            password_hash = coalesce(p_password_hash, password_hash),
            password_at = CASE WHEN p_password_hash IS NULL THEN password_at
                               ELSE clock_timestamp() END,
            identity_key = coalesce(p_identity_key, identity_key),
            active = coalesce(p_active, active)
     WHERE login = p_login RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        IF p_name IS NULL OR p_agency IS NULL THEN
            RETURN NULL;
        END IF;
        INSERT INTO motcua.account (login, name, agency, password_hash, password_at, identity_key,
                                    active)
            VALUES (p_login, p_name, p_agency, p_password_hash,
                    CASE WHEN p_password_hash IS NULL THEN NULL ELSE clock_timestamp() END,
                    p_identity_key, coalesce(p_active, true))
            RETURNING id INTO v_id;
    END IF;
    IF p_password_hash IS NOT NULL OR p_active IS FALSE THEN
        DELETE FROM motcua.session
         WHERE account = v_id AND (p_keep IS NULL OR token_hash <> p_keep);
    END IF;
    RETURN v_id;
END $$;

-- The roles held from now on, exactly these; earlier ones end but stay readable.  A change ends all
-- sessions of the account: other rights, another session; the same roles again change nothing.
CREATE OR REPLACE FUNCTION motcua.account_roles(p_account bigint, p_agency integer, p_roles bigint)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_ended bigint;
    v_begun bigint;
BEGIN
    IF p_agency IS NULL THEN
        SELECT a.agency INTO p_agency FROM motcua.account a WHERE a.id = p_account;
    END IF;
    UPDATE motcua.role_held SET valid_to = greatest(v_now, valid_from)
     WHERE account = p_account AND valid_to > v_now
       AND (agency <> p_agency OR (p_roles >> role::integer) & 1 = 0);
    GET DIAGNOSTICS v_ended = ROW_COUNT;
    INSERT INTO motcua.role_held (account, role, agency, valid_from)
        SELECT p_account, r.id, p_agency, v_now FROM motcua.role r
         WHERE (p_roles >> r.id::integer) & 1 = 1
           AND NOT EXISTS (SELECT FROM motcua.role_held h WHERE h.account = p_account
                           AND h.role = r.id AND h.agency = p_agency AND h.valid_to > v_now);
    GET DIAGNOSTICS v_begun = ROW_COUNT;
    IF v_ended + v_begun > 0 THEN
        DELETE FROM motcua.session WHERE account = p_account;
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION motcua.account_roles FROM motcua_app;

-- The only active one that holds one of these roles (bits)?
CREATE FUNCTION motcua.is_last_of(p_account bigint, p_roles bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM motcua.role r
         WHERE (p_roles >> r.id::integer) & 1 = 1
           AND NOT EXISTS (SELECT FROM motcua.role_held h JOIN motcua.account a ON a.id = h.account
                            WHERE h.role = r.id AND h.account <> p_account AND a.active
                              AND h.agency = a.agency AND clock_timestamp() >= h.valid_from
                              AND clock_timestamp() < h.valid_to))
$$;

-- One change of one account.  p_by: who does it; NULL: a verb on the server.  p_new: true it must not be
-- there yet, false it must, NULL either.  p_seq: as the asker saw it.  Outcomes: 'done', 'none',
-- 'exists', 'stale', 'own' (nobody changes her own rights), 'last' (of the administrators).
CREATE FUNCTION motcua.account_change(p_by bigint, p_login text, p_new boolean, p_seq integer,
    p_name text, p_agency integer, p_password_hash text, p_one_time boolean, p_keep bytea,
    p_identity_key bytea, p_active boolean, p_roles bigint, p_reason text, p_peer text)
    RETURNS TABLE (outcome text, id bigint, seq integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_admins CONSTANT bigint := (1 << 11) | (1 << 12); -- business_admin, technical_admin
    v motcua.account;
    v_before bigint := 0;
    v_after bigint;
    v_seq integer;
    v_detail jsonb;
BEGIN
    PERFORM pg_advisory_xact_lock(7274496104);
    SELECT * INTO v FROM motcua.account a WHERE a.login = p_login FOR UPDATE;
    IF v.id IS NULL AND (p_new IS FALSE OR p_name IS NULL OR p_agency IS NULL) THEN
        RETURN QUERY SELECT 'none', 0::bigint, 0; RETURN;
    ELSIF v.id IS NOT NULL AND p_new THEN
        RETURN QUERY SELECT 'exists', v.id, v.seq; RETURN;
    ELSIF p_seq <> v.seq THEN
        RETURN QUERY SELECT 'stale', v.id, v.seq; RETURN;
    ELSIF p_by = v.id AND (p_roles IS NOT NULL OR p_agency IS NOT NULL OR p_active IS NOT NULL) THEN
        RETURN QUERY SELECT 'own', v.id, v.seq; RETURN;
    END IF;
    IF v.id IS NOT NULL THEN
        v_before := motcua.roles_of(v.id, v.agency);
    END IF;
    IF p_agency <> v.agency AND p_roles IS NULL THEN
        p_roles := 0; -- rights are held at an agency: they do not move by themselves
    END IF;
    v_after := CASE WHEN coalesce(p_active, v.active, true) THEN coalesce(p_roles, v_before) ELSE 0 END;
    IF v.active AND motcua.is_last_of(v.id, v_before & ~v_after & c_admins) THEN
        RETURN QUERY SELECT 'last', v.id, v.seq; RETURN;
    END IF;
    id := motcua.account_put(p_login, p_name, p_agency, p_password_hash, p_identity_key, p_active,
                             p_keep);
    IF p_roles IS NOT NULL THEN
        PERFORM motcua.account_roles(id, p_agency, p_roles);
    END IF;
    UPDATE motcua.account a SET seq = a.seq + CASE WHEN v.id IS NULL THEN 0 ELSE 1 END,
           must_change = CASE WHEN p_password_hash IS NULL THEN a.must_change
                              ELSE coalesce(p_one_time, false) END
     WHERE a.id = account_change.id RETURNING a.seq INTO v_seq;
    v_detail := jsonb_strip_nulls(jsonb_build_object('account', id, 'login', p_login,
        'reason', p_reason));
    IF v.id IS NULL OR p_name <> v.name OR p_agency <> v.agency OR p_active <> v.active THEN
        INSERT INTO motcua.audit (what, account, peer, detail) VALUES (
            CASE WHEN v.id IS NULL THEN 'account-created' ELSE 'account-changed' END, p_by, p_peer,
            v_detail || jsonb_strip_nulls(jsonb_build_object('name', p_name, 'agency', p_agency,
                                                             'active', p_active)));
    END IF;
    IF p_roles <> v_before THEN
        INSERT INTO motcua.audit (what, account, peer, detail) VALUES ('roles-changed', p_by, p_peer,
            v_detail || jsonb_build_object('before', v_before, 'roles', p_roles));
    END IF;
    IF p_password_hash IS NOT NULL THEN
        INSERT INTO motcua.audit (what, account, peer, detail) VALUES (
            CASE WHEN p_by = id THEN 'password-changed' ELSE 'password-set' END, p_by, p_peer, v_detail);
    END IF;
    outcome := 'done';
    seq := v_seq;
    RETURN NEXT;
END $$;

-- For signing in only: the one way to a password's hash.
DROP FUNCTION motcua.account_by_login(text);
CREATE FUNCTION motcua.account_by_login(p_login text)
    RETURNS TABLE (id bigint, login text, name text, agency integer, roles bigint,
                   identity_key bytea, password_hash text, active boolean,
                   locked_until timestamptz, must_change boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.id, a.login, a.name, a.agency, motcua.roles_of(a.id, a.agency), a.identity_key,
           a.password_hash, a.active, t.blocked_until, a.must_change
      FROM motcua.account a
      LEFT JOIN motcua.sign_in_throttle t ON t.key = 'l:' || a.login
     WHERE a.login = p_login
$$;

-- Lines that were gathered: who read which dossier's personal data, and when.
CREATE FUNCTION motcua.audit_add_many(p_what text, p_account bigint[], p_peer text[],
                                      p_detail text[], p_at timestamptz[]) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH made AS (
        INSERT INTO motcua.audit (what, account, peer, detail, at)
            SELECT left(p_what, 100), t.account, left(t.peer, 100), left(t.detail, 8000), t.at
              FROM unnest(p_account, p_peer, p_detail, p_at) t(account, peer, detail, at)
            RETURNING 1)
    SELECT count(*) FROM made
$$;

-- The audit for inspectors, the newest first, a page at a time; the daemon has no other way to it.
-- p_before 0: from the newest; null asks for nothing.
CREATE FUNCTION motcua.audit_page(p_before bigint, p_most integer, p_login text, p_what text,
                                  p_from timestamptz, p_to timestamptz)
    RETURNS TABLE (id bigint, at timestamptz, what text, login text, name text, peer text, detail text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- put together, so that each question goes by its own index; nothing of the asker's is in the text
    RETURN QUERY EXECUTE
        'SELECT u.id, u.at, u.what, a.login, a.name, u.peer, u.detail
           FROM motcua.audit u LEFT JOIN motcua.account a ON a.id = u.account
          WHERE u.id < $1'
        || CASE WHEN p_login IS NULL THEN '' ELSE
               ' AND u.account = (SELECT b.id FROM motcua.account b WHERE b.login = $3)' END
        || CASE WHEN p_what IS NULL THEN '' ELSE ' AND u.what = $4' END
        || CASE WHEN p_from IS NULL THEN '' ELSE ' AND u.at >= $5' END
        || CASE WHEN p_to IS NULL THEN '' ELSE ' AND u.at < $6' END
        || ' ORDER BY u.id DESC LIMIT $2'
        USING CASE WHEN p_before = 0 THEN 9223372036854775807 ELSE p_before END,
              least(p_most, 200), p_login, p_what, p_from, p_to;
END $$;

GRANT SELECT (seq, must_change) ON motcua.account TO motcua_app;
GRANT EXECUTE ON FUNCTION motcua.account_change, motcua.account_by_login, motcua.audit_add_many,
    motcua.audit_page TO motcua_app;
