-- One-time codes as the second factor of an account: the secret sealed by the daemon's key (which the
-- database does not have), the last step of time that counted, the codes for the day the telephone is lost.
SET LOCAL ROLE motcua_owner;

CREATE TABLE motcua.second_factor (
    account bigint PRIMARY KEY REFERENCES motcua.account,
    sealed bytea,                               -- NULL: none since it was taken away
    on_at timestamptz,                          -- NULL: offered, not yet proved by a code
    last_step bigint NOT NULL DEFAULT 0,        -- a step counts once
    recovery bytea[] NOT NULL DEFAULT '{}',     -- keyed digests; each goes when it was used
    codes_left integer NOT NULL GENERATED ALWAYS AS (cardinality(recovery)) STORED,
    taken_at timestamptz,                       -- by an administrator; she is told when she signs in
    CHECK (on_at IS NULL OR sealed IS NOT NULL)
) WITH (fillfactor = 80);

-- A new secret, in place of one that was offered and never proved.  False: it is on.
CREATE FUNCTION motcua.factor_offer(p_account bigint, p_sealed bytea) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH put AS (
        INSERT INTO motcua.second_factor AS f (account, sealed) VALUES (p_account, p_sealed)
            ON CONFLICT (account) DO UPDATE SET sealed = EXCLUDED.sealed, last_step = 0
                WHERE f.on_at IS NULL
            RETURNING 1)
    SELECT EXISTS (SELECT FROM put)
$$;

-- A code that fits the secret: counts when its step is later than every one that counted; a recovery
-- code when it is there.  How many of those are left; NULL: it does not count.
CREATE FUNCTION motcua.factor_take(p_account bigint, p_step bigint, p_recovery bytea) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE motcua.second_factor
       SET last_step = coalesce(p_step, last_step),
           recovery = CASE WHEN p_recovery IS NULL THEN recovery
                           ELSE array_remove(recovery, p_recovery) END
     WHERE account = p_account AND on_at IS NOT NULL
       AND (p_step > last_step OR p_recovery = ANY (recovery))
    RETURNING codes_left
$$;

-- The secret p_sealed was proved by the code of p_step.  Other sessions of hers than p_keep end.
CREATE FUNCTION motcua.factor_on(p_account bigint, p_sealed bytea, p_step bigint, p_recovery bytea[],
                                 p_keep bytea, p_peer text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE motcua.second_factor SET on_at = clock_timestamp(), last_step = p_step,
           recovery = p_recovery, taken_at = NULL
     WHERE account = p_account AND on_at IS NULL AND sealed = p_sealed;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE motcua.account SET seq = seq + 1 WHERE id = p_account;
    DELETE FROM motcua.session WHERE account = p_account AND token_hash <> p_keep;
    INSERT INTO motcua.audit (what, account, peer, detail)
        VALUES ('second-factor-on', p_account, p_peer, jsonb_build_object('account', p_account));
    RETURN true;
END $$;

-- Switched off by herself (p_by is hers; her session p_keep stays), or taken away by an administrator or a
-- verb on the server (p_by NULL): then all her sessions end, and she is told.  Outcomes: 'done', 'none' (no
-- such account), 'off' (there is nothing to take away).
CREATE FUNCTION motcua.factor_off(p_by bigint, p_login text, p_keep bytea, p_reason text, p_peer text)
    RETURNS TABLE (outcome text, id bigint, seq integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v motcua.account;
    v_own boolean;
BEGIN
    SELECT * INTO v FROM motcua.account a WHERE a.login = p_login FOR UPDATE;
    IF v.id IS NULL THEN
        RETURN QUERY SELECT 'none', 0::bigint, 0; RETURN;
    END IF;
    v_own := p_by IS NOT DISTINCT FROM v.id;
    UPDATE motcua.second_factor SET sealed = NULL, on_at = NULL, last_step = 0, recovery = '{}',
           taken_at = CASE WHEN v_own THEN NULL ELSE clock_timestamp() END
     WHERE account = v.id AND on_at IS NOT NULL;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'off', v.id, v.seq; RETURN;
    END IF;
    UPDATE motcua.account a SET seq = a.seq + 1 WHERE a.id = v.id;
    DELETE FROM motcua.session s WHERE s.account = v.id AND (p_keep IS NULL OR s.token_hash <> p_keep);
    INSERT INTO motcua.audit (what, account, peer, detail) VALUES (
        CASE WHEN v_own THEN 'second-factor-off' ELSE 'second-factor-taken' END, p_by, p_peer,
        jsonb_strip_nulls(jsonb_build_object('account', v.id, 'login', p_login, 'reason', p_reason)));
    RETURN QUERY SELECT 'done', v.id, v.seq + 1;
END $$;

-- For signing in only: the one way to a password's hash and to a sealed secret.
DROP FUNCTION motcua.account_by_login(text);
CREATE FUNCTION motcua.account_by_login(p_login text)
    RETURNS TABLE (id bigint, login text, name text, agency integer, roles bigint,
                   identity_key bytea, password_hash text, active boolean,
                   locked_until timestamptz, must_change boolean, sealed bytea,
                   factor_on timestamptz, codes_left integer, factor_taken timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.id, a.login, a.name, a.agency, motcua.roles_of(a.id, a.agency), a.identity_key,
           a.password_hash, a.active, t.blocked_until, a.must_change, f.sealed, f.on_at, f.codes_left,
           f.taken_at
      FROM motcua.account a
      LEFT JOIN motcua.sign_in_throttle t ON t.key = 'l:' || a.login
      LEFT JOIN motcua.second_factor f ON f.account = a.id
     WHERE a.login = p_login
$$;

-- Who signs in has been told that an administrator took the second factor away.
CREATE OR REPLACE FUNCTION motcua.session_create(p_token bytea, p_csrf bytea, p_account bigint, p_peer text,
                                                 p_now timestamptz, p_idle_until timestamptz,
                                                 p_absolute_until timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE motcua.second_factor SET taken_at = NULL WHERE account = p_account AND taken_at IS NOT NULL;
    INSERT INTO motcua.session (token_hash, csrf_hash, account, peer, created_at, idle, idle_until,
                                absolute_until)
        VALUES (p_token, p_csrf, p_account, left(p_peer, 100), p_now, p_idle_until - p_now,
                p_idle_until, p_absolute_until)
$$;

GRANT SELECT (account, on_at, codes_left) ON motcua.second_factor TO motcua_app;
GRANT EXECUTE ON FUNCTION motcua.factor_offer, motcua.factor_take, motcua.factor_on, motcua.factor_off,
    motcua.account_by_login TO motcua_app;
