-- Accounts, the roles they hold, sessions, the throttle of sign-ins, and the audit of what changes
-- nothing in dossiers.
SET LOCAL ROLE motcua_owner;

-- Numbers are those of common/access/roles.def; a test compares the two.
CREATE TABLE motcua.role (
    id smallint PRIMARY KEY,
    name text NOT NULL UNIQUE
);
INSERT INTO motcua.role (id, name) VALUES
    (0, 'guide'), (1, 'receiver'), (2, 'returner'), (3, 'cashier'), (4, 'clerk'),
    (5, 'specialist'), (6, 'division_head'), (7, 'leader'), (8, 'office_specialist'),
    (9, 'committee_leader'), (10, 'onestop_head'), (11, 'business_admin'),
    (12, 'technical_admin'), (13, 'auditor'), (14, 'supervisor'), (15, 'support'),
    (16, 'system');

CREATE TABLE motcua.account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login text NOT NULL UNIQUE CHECK (login ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
    name text NOT NULL CHECK (name <> ''),
    agency integer NOT NULL,
    active boolean NOT NULL DEFAULT true,
    absent_until date,
    identity_key bytea CHECK (length(identity_key) = 32),
    password_hash text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    password_at timestamptz
);
CREATE TABLE motcua.role_held (
    account bigint NOT NULL REFERENCES motcua.account,
    role smallint NOT NULL REFERENCES motcua.role,
    agency integer NOT NULL,
    valid_from timestamptz NOT NULL DEFAULT clock_timestamp(),
    valid_to timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (account, role, agency, valid_from),
    CHECK (valid_to >= valid_from)
);
CREATE INDEX role_held_agency ON motcua.role_held (agency, role, account);

-- Only hashes of tokens: who reads this table cannot sign in with it.
CREATE TABLE motcua.session (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    csrf_hash bytea NOT NULL CHECK (length(csrf_hash) = 32),
    account bigint NOT NULL REFERENCES motcua.account,
    peer text NOT NULL,
    created_at timestamptz NOT NULL,
    idle interval NOT NULL,
    idle_until timestamptz NOT NULL,
    absolute_until timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX session_account ON motcua.session (account);

CREATE TABLE motcua.sign_in_throttle (
    key text PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE motcua.audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    what text NOT NULL,
    account bigint,
    peer text,
    detail text
);
SELECT motcua.make_append_only('motcua.audit');

CREATE FUNCTION motcua.audit_add(p_what text, p_account bigint, p_peer text, p_detail text)
    RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO motcua.audit (what, account, peer, detail)
        VALUES (left(p_what, 100), p_account, left(p_peer, 100), left(p_detail, 8000))
        RETURNING id
$$;

-- The bits of the roles an account holds at its own agency now.
CREATE FUNCTION motcua.roles_of(p_account bigint, p_agency integer) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(bit_or(1::bigint << h.role::integer), 0) FROM motcua.role_held h
     WHERE h.account = p_account AND h.agency = p_agency AND clock_timestamp() >= h.valid_from
       AND clock_timestamp() < h.valid_to
$$;

-- For signing in only: the one way to a password's hash.
CREATE FUNCTION motcua.account_by_login(p_login text)
    RETURNS TABLE (id bigint, login text, name text, agency integer, roles bigint,
                   identity_key bytea, password_hash text, active boolean,
                   locked_until timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.id, a.login, a.name, a.agency, motcua.roles_of(a.id, a.agency), a.identity_key,
           a.password_hash, a.active, t.blocked_until
      FROM motcua.account a
      LEFT JOIN motcua.sign_in_throttle t ON t.key = 'l:' || a.login
     WHERE a.login = p_login
$$;

CREATE FUNCTION motcua.session_create(p_token bytea, p_csrf bytea, p_account bigint, p_peer text,
                                      p_now timestamptz, p_idle_until timestamptz,
                                      p_absolute_until timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO motcua.session (token_hash, csrf_hash, account, peer, created_at, idle, idle_until,
                                absolute_until)
        VALUES (p_token, p_csrf, p_account, left(p_peer, 100), p_now, p_idle_until - p_now,
                p_idle_until, p_absolute_until)
$$;

-- Sliding idle time, never beyond the absolute end; called at most once a minute per session.
CREATE FUNCTION motcua.session_touch(p_token bytea, p_now timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE motcua.session SET idle_until = least(p_now + idle, absolute_until)
     WHERE token_hash = p_token AND idle_until > p_now
$$;

CREATE FUNCTION motcua.session_end(p_token bytea) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (DELETE FROM motcua.session WHERE token_hash = p_token RETURNING 1)
    SELECT count(*) FROM gone
$$;

-- Counts an attempt for one login and for one peer; answers until when both must wait.
-- Free failures: 5 for a login, 20 for a peer; then 1 s doubling up to 15 minutes.  A quarter of an
-- hour without a failure forgets them.  Success clears the login, not the peer.
CREATE FUNCTION motcua.sign_in_attempt(p_login text, p_peer text, p_success boolean,
                                       p_now timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_until timestamptz;
BEGIN
    IF p_success THEN
        DELETE FROM motcua.sign_in_throttle WHERE key = 'l:' || left(p_login, 64);
        RETURN NULL;
    END IF;
    INSERT INTO motcua.sign_in_throttle AS t (key, failures, last_at, blocked_until)
        SELECT k, 1, p_now, p_now
          FROM (VALUES ('l:' || left(p_login, 64)), ('p:' || left(p_peer, 64))) x(k) ORDER BY k
        ON CONFLICT (key) DO UPDATE SET
            failures = CASE WHEN t.last_at < p_now - interval '15 minutes' THEN 1
                            ELSE t.failures + 1 END,
            last_at = p_now,
            blocked_until = CASE
                WHEN t.last_at < p_now - interval '15 minutes' THEN p_now
                WHEN t.failures + 1 < CASE left(t.key, 1) WHEN 'l' THEN 5 ELSE 20 END THEN p_now
                ELSE p_now + least(interval '15 minutes', interval '1 second' *
                    (1 << least(t.failures + 1 -
                        CASE left(t.key, 1) WHEN 'l' THEN 5 ELSE 20 END, 12)))
            END;
    SELECT max(blocked_until) INTO v_until FROM motcua.sign_in_throttle
     WHERE key IN ('l:' || left(p_login, 64), 'p:' || left(p_peer, 64));
    RETURN v_until;
END $$;

-- NULL arguments leave what is there.  Answers the account's id.
CREATE FUNCTION motcua.account_put(p_login text, p_name text, p_agency integer,
                                   p_password_hash text, p_identity_key bytea, p_active boolean)
    RETURNS bigint
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
        DELETE FROM motcua.session WHERE account = v_id;
    END IF;
    INSERT INTO motcua.audit (what, account, detail) VALUES ('account-changed', v_id,
        format('{"password":%s,"active":%s}', p_password_hash IS NOT NULL,
               coalesce(p_active::text, 'null')));
    RETURN v_id;
END $$;

-- The roles held from now on, exactly these; earlier ones end but stay readable.  A change ends all
-- sessions of the account; the same roles again change nothing.
CREATE FUNCTION motcua.account_roles(p_account bigint, p_agency integer, p_roles bigint)
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
    IF v_ended + v_begun = 0 THEN
        RETURN;
    END IF;
    -- Other rights, another session: whoever has the old cookie has nothing.
    DELETE FROM motcua.session WHERE account = p_account;
    INSERT INTO motcua.audit (what, account, detail) VALUES ('roles-changed', p_account,
        format('{"agency":%s,"roles":%s}', p_agency, p_roles));
END $$;
