-- Signing in by the unit's identity provider: what was begun is taken up once, within ten minutes, by the
-- browser that began it; sessions that came so (the provider answers for how strongly people sign in there).
SET LOCAL ROLE motcua_owner;

ALTER TABLE motcua.session ADD COLUMN by_provider boolean NOT NULL DEFAULT false;

CREATE TABLE motcua.sso_begun (
    state bytea PRIMARY KEY CHECK (length(state) = 32), -- its hash
    at timestamptz NOT NULL
);

CREATE FUNCTION motcua.sso_begin(p_state bytea, p_now timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM motcua.sso_begun WHERE at < p_now - interval '10 minutes';
    INSERT INTO motcua.sso_begun (state, at) VALUES (p_state, p_now)
$$;

CREATE FUNCTION motcua.sso_take(p_state bytea, p_now timestamptz) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (DELETE FROM motcua.sso_begun
                   WHERE state = p_state AND at >= p_now - interval '10 minutes' RETURNING 1)
    SELECT EXISTS (SELECT FROM gone)
$$;

DROP FUNCTION motcua.session_create(bytea, bytea, bigint, text, timestamptz, timestamptz, timestamptz);
CREATE FUNCTION motcua.session_create(p_token bytea, p_csrf bytea, p_account bigint, p_peer text,
                                      p_now timestamptz, p_idle_until timestamptz,
                                      p_absolute_until timestamptz, p_by_provider boolean DEFAULT false)
    RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE motcua.second_factor SET taken_at = NULL WHERE account = p_account AND taken_at IS NOT NULL;
    INSERT INTO motcua.session (token_hash, csrf_hash, account, peer, created_at, idle, idle_until,
                                absolute_until, by_provider)
        VALUES (p_token, p_csrf, p_account, left(p_peer, 100), p_now, p_idle_until - p_now,
                p_idle_until, p_absolute_until, p_by_provider)
$$;

GRANT EXECUTE ON FUNCTION motcua.sso_begin, motcua.sso_take, motcua.session_create TO motcua_app;
