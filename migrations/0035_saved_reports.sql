-- Reports that somebody saved: a question without its days, the rule by which it takes them, and when it comes by
-- itself.  What comes is a frozen report; whoever is on the list is told where it is.  A run is noted once, whichever
-- daemon made it.
SET LOCAL ROLE motcua_owner;

-- shared: everybody of that agency sees it.  scope: as of frozen_report, whose figures its author may see.
CREATE TABLE motcua.saved_report (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account bigint NOT NULL REFERENCES motcua.account,
    shared integer,
    scope integer NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    question text NOT NULL, -- JSON, its days those of when it was saved
    rule smallint NOT NULL,
    every smallint NOT NULL,
    day_on smallint NOT NULL CHECK (day_on BETWEEN 1 AND 28),
    minute smallint NOT NULL CHECK (minute BETWEEN 0 AND 1439),
    tell bigint[] NOT NULL,
    next_at timestamptz, -- null: never by itself
    updated timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (account, name)
);
CREATE INDEX saved_report_shared ON motcua.saved_report (shared) WHERE shared IS NOT NULL;
CREATE INDEX saved_report_next ON motcua.saved_report (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE motcua.saved_run (
    saved bigint NOT NULL,
    due_at timestamptz NOT NULL,
    report bigint REFERENCES motcua.frozen_report,
    fault text,
    told integer NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (saved, due_at),
    CHECK ((report IS NULL) = (fault IS NOT NULL))
);
SELECT motcua.make_append_only($t$motcua.saved_run$t$);

-- p_id 0: a new one.  0: not hers, or p_most are there; -1: a name on the list is nobody's; -2: she has one of this name.
CREATE FUNCTION motcua.saved_put(p_id bigint, p_account bigint, p_shared integer, p_scope integer, p_name text,
                                 p_question text, p_rule integer, p_every integer, p_on integer, p_minute integer,
                                 p_tell text[], p_next timestamptz, p_most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_tell bigint[];
    v_id bigint;
BEGIN
    SELECT coalesce(array_agg(a.id ORDER BY a.id), '{}') INTO v_tell FROM motcua.account a
     WHERE a.login = ANY (p_tell) AND a.active;
    IF cardinality(v_tell) <> (SELECT count(DISTINCT l) FROM unnest(p_tell) l) THEN
        RETURN -1;
    END IF;
    PERFORM FROM motcua.account a WHERE a.id = p_account FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM motcua.saved_report r WHERE r.account = p_account AND r.name = p_name AND r.id <> p_id) THEN
        RETURN -2;
    END IF;
    IF p_id <> 0 THEN
        UPDATE motcua.saved_report SET shared = p_shared, scope = p_scope, name = p_name, question = p_question,
               rule = p_rule, every = p_every, day_on = p_on, minute = p_minute, tell = v_tell, next_at = p_next,
               updated = clock_timestamp()
         WHERE id = p_id AND account = p_account RETURNING id INTO v_id;
        RETURN coalesce(v_id, 0);
    END IF;
    IF (SELECT count(*) FROM motcua.saved_report r WHERE r.account = p_account) >= p_most THEN
        RETURN 0;
    END IF;
    INSERT INTO motcua.saved_report (account, shared, scope, name, question, rule, every, day_on, minute, tell, next_at)
        VALUES (p_account, p_shared, p_scope, p_name, p_question, p_rule, p_every, p_on, p_minute, v_tell, p_next)
        RETURNING id INTO v_id;
    RETURN v_id;
END $$;

CREATE FUNCTION motcua.saved_delete(p_id bigint, p_account bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (DELETE FROM motcua.saved_report WHERE id = p_id AND account = p_account RETURNING 1)
    SELECT count(*) > 0 FROM gone
$$;

-- What came of a run that was due: noted once, everybody on the list told once, the next time set.  False: another
-- daemon was there before, or it is gone.
CREATE FUNCTION motcua.saved_fired(p_id bigint, p_due timestamptz, p_report bigint, p_fault text, p_next timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v motcua.saved_report;
BEGIN
    UPDATE motcua.saved_report SET next_at = p_next WHERE id = p_id AND next_at = p_due RETURNING * INTO v;
    IF v.id IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO motcua.saved_run (saved, due_at, report, fault, told)
        VALUES (p_id, p_due, p_report, p_fault, cardinality(v.tell)) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO motcua.outbox (kind, body)
        SELECT 'notify', jsonb_build_object('officer', t.id, 'agency', a.agency, 'role', NULL, 'report', p_report,
                                            'saved', p_id, 'name', v.name, 'fault', p_fault)::text
          FROM unnest(v.tell) t(id) JOIN motcua.account a ON a.id = t.id ORDER BY t.id;
    RETURN true;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.saved_put, motcua.saved_delete, motcua.saved_fired FROM PUBLIC;
GRANT SELECT ON motcua.saved_report, motcua.saved_run TO motcua_app;
GRANT EXECUTE ON FUNCTION motcua.saved_put, motcua.saved_delete, motcua.saved_fired TO motcua_app;
