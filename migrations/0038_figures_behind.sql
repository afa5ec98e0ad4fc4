-- What figures are counted from follows behind the commit.  An act that figures tell of leaves one line (figure_behind);
-- figure_catch_up makes the rows of figure_dossier and figure_item out of rows, ledgers and events, many dossiers at a
-- time: once a second, and before anything is counted, so that an answer is live to the last commit.  Until then
-- triggers did it within the act, one statement after another, which cost an acceptance a third of its work.
-- The line itself is written by store_acts (0039).
SET LOCAL ROLE motcua_owner;

DROP TRIGGER figure_new ON motcua.dossier;
DROP TRIGGER figure_moved ON motcua.dossier;
DROP TRIGGER figure_due ON motcua.due_ledger;
DROP TRIGGER figure_item ON motcua.dossier_event;
DROP TRIGGER figure_item_new ON motcua.dossier;
DROP TRIGGER figure_item_moved ON motcua.dossier;
DROP TRIGGER figure_item_filed ON motcua.dossier_file;
DROP FUNCTION motcua.figure_moved, motcua.figure_due, motcua.figure_item_event, motcua.figure_item_moved,
    motcua.figure_item_filed, motcua.figure_item_taken, motcua.figure_item_ready, motcua.figure_item_row,
    motcua.figure_item_put, motcua.figure_item_file;

-- A dossier of which figures know all up to the event seq and not yet what came after it; more than one line of a
-- dossier may wait.  No index: it is read as a whole, and empty or short.
CREATE TABLE motcua.figure_behind (
    dossier bigint NOT NULL,
    seq bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Events that say more than a dossier's row, for figure_item_of.
CREATE FUNCTION motcua.figure_kinds() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT '{SUBMITTED,ATTEMPT_DECIDED,SUPPLEMENT_SENT,SUPPLEMENT_RECEIVED,CONSULT_SENT,CONSULT_ANSWERED,
             CONSULT_DEEMED_AGREED,PAPER_SENT,PAPER_RECEIVED,DUE_ADJUSTED,FIN_REQUESTED,FIN_PAID,REFUNDED,
             REQUEST_CANCELLED,WITHDRAWN,STOPPED,CLOSED}'::text[]
$$;

-- As in 0033, but where a dossier lay is said for the time of the event (its seq): it may have moved since.
CREATE FUNCTION motcua.figure_item_put(p_dossier bigint, p_seq bigint, p_kind integer, p_no bigint,
                                       p_opened timestamptz, p_due timestamptz, p_closed timestamptz,
                                       p_officer bigint, p_amount bigint, p_place integer, p_flags integer)
    RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO motcua.figure_item (dossier, no, opened, due, closed, officer, amount, place, receiving,
            competent, flags, outcome, kind, channel, by_officer, procedure, applicant)
    SELECT d.id, p_no, p_opened, p_due, p_closed, p_officer, p_amount,
           CASE p_place WHEN -1 THEN coalesce(g.receiving, d.receiving)
                        WHEN -2 THEN coalesce(g.competent, d.competent) ELSE p_place END,
           coalesce(g.receiving, d.receiving), coalesce(g.competent, d.competent), p_flags, 0, p_kind, d.channel,
           strpos(d.state, '"bo":true') > 0, d.procedure, coalesce(substring(d.state from '"ak":"(\w+)"'), '')
      FROM motcua.dossier d
      LEFT JOIN LATERAL (SELECT l.receiving, l.competent FROM motcua.place_ledger l
                          WHERE l.dossier = d.id AND l.seq >= p_seq ORDER BY l.seq LIMIT 1) g ON true
     WHERE d.id = p_dossier
        ON CONFLICT (dossier, kind, no) DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION motcua.figure_item_of(e motcua.dossier_event) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    p jsonb := e.payload::jsonb;
    v_no bigint := (p ->> 'request')::bigint;
    v_due timestamptz := timestamptz 'epoch' + (p ->> 'wanted')::bigint * interval '1 microsecond';
    v_flags integer := CASE WHEN (p ->> 'late')::boolean THEN 256 ELSE 0 END
        + CASE WHEN (p ->> 'extra')::boolean THEN 512 ELSE 0 END
        + CASE WHEN (p ->> 'overdue')::boolean THEN 1024 ELSE 0 END;
    v_over boolean := (p ->> 'state')::integer IN (3, 4, 5);
    v_accepted timestamptz;
BEGIN
    CASE e.kind
    WHEN 'SUBMITTED' THEN
        PERFORM motcua.figure_item_put(e.dossier, e.seq, 1, (p ->> 'attempt')::bigint, e.at,
            timestamptz 'epoch' + (SELECT (c ->> 4)::bigint FROM jsonb_array_elements(p -> 'clocks') c
                                    WHERE c ->> 0 = '2' LIMIT 1) * interval '1 microsecond',
            NULL, 0, 0, (p ->> 'receiving')::integer, 0);
    WHEN 'ATTEMPT_DECIDED' THEN
        PERFORM motcua.figure_item_end(e.dossier, 1, (p ->> 'attempt')::bigint, e.at, e.actor,
            CASE p ->> 'outcome' WHEN 'accepted' THEN 65536 WHEN 'rejected' THEN 262144 ELSE 131072 END);
    WHEN 'SUPPLEMENT_SENT' THEN
        SELECT d.accepted INTO v_accepted FROM motcua.dossier d WHERE d.id = e.dossier;
        PERFORM motcua.figure_item_put(e.dossier, e.seq, 2, v_no, e.at, v_due, NULL,
            motcua.figure_asker(e.dossier, 'SUPPLEMENT_DRAFTED', p ->> 'request', e.actor), 0, -2,
            v_flags + CASE WHEN p ? 'missing' OR EXISTS (
                        SELECT FROM motcua.dossier_event x
                         WHERE x.dossier = e.dossier AND x.kind = 'SUPPLEMENT_DRAFTED'
                           AND x.payload::jsonb ->> 'request' = p ->> 'request'
                           AND x.payload::jsonb ? 'missing') THEN 0 ELSE 2048 END
                    + CASE WHEN e.at < v_accepted + interval '1 day' THEN 4096 ELSE 0 END);
    WHEN 'CONSULT_SENT' THEN
        PERFORM motcua.figure_item_put(e.dossier, e.seq, 3, v_no, e.at, v_due, NULL, 0, 0,
                                       (p ->> 'to_agency')::integer, v_flags);
    WHEN 'PAPER_SENT' THEN
        PERFORM motcua.figure_item_put(e.dossier, e.seq, 4, v_no, e.at, v_due, NULL, e.actor, 0, e.agency, v_flags);
    WHEN 'SUPPLEMENT_RECEIVED' THEN
        IF v_over THEN
            PERFORM motcua.figure_item_end(e.dossier, 2, v_no, e.at, 0, 0);
        END IF;
    WHEN 'CONSULT_ANSWERED' THEN
        IF v_over THEN
            PERFORM motcua.figure_item_end(e.dossier, 3, v_no, e.at, e.actor, 0);
        END IF;
    WHEN 'CONSULT_DEEMED_AGREED' THEN
        PERFORM motcua.figure_item_end(e.dossier, 3, v_no, e.at, 0, 524288);
    WHEN 'PAPER_RECEIVED' THEN
        PERFORM motcua.figure_item_end(e.dossier, 4, v_no, e.at, 0, 0);
    WHEN 'DUE_ADJUSTED' THEN
        IF v_no IS NOT NULL THEN
            PERFORM motcua.figure_item_put(e.dossier, e.seq, 8, v_no, e.at, NULL, e.at,
                motcua.figure_asker(e.dossier, 'EXTENSION_REQUESTED', p ->> 'request', e.actor), 0, -2,
                v_flags);
        END IF;
    WHEN 'FIN_REQUESTED' THEN
        PERFORM motcua.figure_item_put(e.dossier, e.seq, 5, 0, e.at, NULL, NULL, 0,
                                       coalesce((p ->> 'amount')::bigint, 0), -1, 0);
    WHEN 'FIN_PAID' THEN
        PERFORM motcua.figure_item_put(e.dossier, e.seq, 10, e.seq, e.at, NULL, e.at, e.actor,
            coalesce((p ->> 'amount')::bigint, 0), (p ->> 'agency')::integer,
            CASE p ->> 'method' WHEN 'online' THEN 8192 ELSE 0 END);
        PERFORM motcua.figure_item_end(e.dossier, 5, 0, e.at, e.actor,
            CASE p ->> 'method' WHEN 'online' THEN 2097152 ELSE 0 END);
    WHEN 'REFUNDED' THEN
        PERFORM motcua.figure_item_put(e.dossier, e.seq, 11, e.seq, e.at, NULL, e.at, e.actor,
            coalesce((p ->> 'amount')::bigint, 0), (p ->> 'agency')::integer, 0);
    WHEN 'REQUEST_CANCELLED' THEN
        UPDATE motcua.figure_item SET closed = e.at, outcome = 4194304
         WHERE dossier = e.dossier AND no = v_no AND closed IS NULL
           AND kind = CASE (p ->> 'kind')::integer WHEN 1 THEN 2 WHEN 5 THEN 3 WHEN 8 THEN 4 END;
    ELSE -- withdrawn, stopped, closed: nobody owes it an answer any more
        UPDATE motcua.figure_item SET closed = e.at, outcome = 4194304
         WHERE dossier = e.dossier AND kind BETWEEN 1 AND 5 AND closed IS NULL;
    END CASE;
END $$;


-- Digitised when a file of a component came; data used again when that file had been kept before with another
-- dossier, be it as a component or as a result.
CREATE FUNCTION motcua.figure_item_file(f motcua.dossier_file) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz;
    v_actor bigint;
BEGIN
    SELECT e.at, e.actor INTO v_at, v_actor FROM motcua.dossier_event e WHERE e.dossier = f.dossier AND e.seq = f.seq;
    UPDATE motcua.figure_item SET closed = greatest(v_at, opened)
     WHERE dossier = f.dossier AND kind = 12 AND no = 0 AND closed IS NULL;
    IF EXISTS (SELECT FROM motcua.dossier_file o
                 JOIN motcua.dossier_event e ON e.dossier = o.dossier AND e.seq = o.seq
                WHERE o.hash = f.hash AND o.dossier <> f.dossier AND e.at < v_at) THEN
        PERFORM motcua.figure_item_put(f.dossier, f.seq, 13, 0,
            coalesce((SELECT d.accepted FROM motcua.dossier d WHERE d.id = f.dossier AND d.accepted <= v_at), v_at),
            NULL, v_at, coalesce(v_actor, 0), 0, -1, 0);
    END IF;
END $$;

-- As in 0031, but some dossiers are found by their number.
CREATE OR REPLACE VIEW motcua.figure_recount AS
    SELECT d.id AS dossier, f.officer, f.first_decided, f.accepted, f.original, f.basis, f.current,
           coalesce(l.at, f.due_at) AS due_at, CASE WHEN l.cause = 'stopped' THEN l.at END AS stopped, f.supplemented,
           f.closed, f.receiving, f.competent, f.channel, f.resolved, f.refused, f.first_accepted,
           f.refused_incomplete, f.by_officer,
           EXISTS (SELECT FROM motcua.place_ledger g WHERE g.dossier = d.id) AS moved, f.procedure, f.applicant
      FROM motcua.dossier d
     CROSS JOIN LATERAL motcua.figure_fact(d) f
      LEFT JOIN LATERAL (SELECT u.at, u.cause FROM motcua.due_ledger u WHERE u.dossier = d.id
                          ORDER BY u.seq DESC LIMIT 1) l ON true
     WHERE d.first_decided IS NOT NULL OR d.accepted IS NOT NULL;

-- Figures know at most so many lines more; how many they did.  Whoever finds somebody at it waits for him: then what
-- was committed before the call is counted.  What was told already may be told again: a row is made anew from where
-- the dossier stands now, an item begins and ends once.  (A date told after a dossier was closed is later than all the
-- dates before it: the cells that figure_unsettle takes back are those that were put in, new line or not.)
CREATE FUNCTION motcua.figure_catch_up(p_most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_dossier bigint[];
    v_after bigint[];
    v_lines bigint;
    e motcua.dossier_event;
    f motcua.dossier_file;
BEGIN
    IF NOT EXISTS (SELECT FROM motcua.figure_behind) THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('motcua.figure_fold'));
    WITH taken AS (
        DELETE FROM motcua.figure_behind b
         WHERE b.ctid = ANY (ARRAY(SELECT x.ctid FROM motcua.figure_behind x LIMIT p_most))
        RETURNING b.dossier, b.seq),
    one AS (SELECT t.dossier, min(t.seq) AS seq FROM taken t GROUP BY 1)
    SELECT array_agg(o.dossier ORDER BY o.dossier), array_agg(o.seq ORDER BY o.dossier), (SELECT count(*) FROM taken)
      INTO v_dossier, v_after, v_lines FROM one o;
    IF v_lines = 0 THEN
        RETURN 0;
    END IF;

    INSERT INTO motcua.figure_dossier AS o
    SELECT r.* FROM motcua.figure_recount r WHERE r.dossier = ANY (v_dossier)
        ON CONFLICT (dossier) DO UPDATE SET officer = excluded.officer, first_decided = excluded.first_decided,
           accepted = excluded.accepted, original = excluded.original, basis = excluded.basis,
           current = excluded.current, due_at = excluded.due_at, stopped = excluded.stopped,
           supplemented = excluded.supplemented, closed = excluded.closed, receiving = excluded.receiving,
           competent = excluded.competent, channel = excluded.channel, resolved = excluded.resolved,
           refused = excluded.refused, first_accepted = excluded.first_accepted,
           refused_incomplete = excluded.refused_incomplete, by_officer = excluded.by_officer,
           moved = excluded.moved, procedure = excluded.procedure, applicant = excluded.applicant
         WHERE o.* IS DISTINCT FROM excluded.*;

    -- Taken in, what was charged for it and what was not: with the unit that received it.
    INSERT INTO motcua.figure_item (dossier, no, opened, due, closed, officer, amount, place, receiving,
            competent, flags, outcome, kind, channel, by_officer, procedure, applicant)
    SELECT d.id, 0, a.at, NULL, x.closed, x.officer, x.amount, coalesce(g.receiving, d.receiving),
           coalesce(g.receiving, d.receiving), coalesce(g.competent, d.competent), 0, 0, x.kind, d.channel,
           strpos(d.state, '"bo":true') > 0, d.procedure, coalesce(substring(d.state from '"ak":"(\w+)"'), '')
      FROM unnest(v_dossier, v_after) b(dossier, seq)
      JOIN motcua.dossier_event a ON a.dossier = b.dossier AND a.seq > b.seq AND a.kind = 'ACCEPTED'
      JOIN motcua.dossier d ON d.id = b.dossier
      LEFT JOIN LATERAL (SELECT l.receiving, l.competent FROM motcua.place_ledger l
                          WHERE l.dossier = d.id AND l.seq >= a.seq ORDER BY l.seq LIMIT 1) g ON true
     CROSS JOIN LATERAL (
           SELECT 12 AS kind, a.actor AS officer, 0::bigint AS amount,
                  (SELECT greatest(a.at, min(v.at)) FROM motcua.dossier_file h
                     JOIN motcua.dossier_event v ON v.dossier = h.dossier AND v.seq = h.seq
                    WHERE h.dossier = d.id AND h.component IS NOT NULL HAVING count(*) > 0) AS closed
            UNION ALL
           SELECT 9, a.actor, sum(greatest(coalesce((c ->> 3)::bigint, 0) - coalesce((c ->> 4)::bigint, 0), 0)), a.at
             FROM jsonb_array_elements(CASE WHEN strpos(a.payload, '"fees":[') > 0 THEN a.payload::jsonb -> 'fees' END) c
            WHERE c ->> 5 IS NOT NULL
            UNION ALL
           SELECT 5, 0, substring(a.payload from '"fee":(\d+)')::bigint, NULL) x
     WHERE x.kind = 12 OR x.amount > 0
     ORDER BY 1
        ON CONFLICT (dossier, kind, no) DO NOTHING;

    FOR e IN SELECT v.* FROM unnest(v_dossier, v_after) b(dossier, seq)
               JOIN motcua.dossier_event v ON v.dossier = b.dossier AND v.seq > b.seq
              WHERE v.kind = ANY (motcua.figure_kinds())
                -- an answer is owed to those that came online
                AND (v.kind <> 'SUBMITTED' OR strpos(v.payload, '"channel":"online"') > 0)
                AND (v.kind <> 'ATTEMPT_DECIDED' OR EXISTS (
                     SELECT FROM motcua.dossier_event s WHERE s.dossier = v.dossier AND s.kind = 'SUBMITTED'
                        AND strpos(s.payload, '"channel":"online"') > 0))
              ORDER BY v.dossier, v.seq LOOP
        PERFORM motcua.figure_item_of(e);
    END LOOP;

    -- The result, and its collection (handover 3: posted).
    INSERT INTO motcua.figure_item AS i (dossier, no, opened, due, closed, officer, amount, place, receiving,
            competent, flags, outcome, kind, channel, by_officer, procedure, applicant)
    SELECT d.id, 0, d.finished, NULL, d.returned, 0, 0, coalesce(g.receiving, d.receiving),
           coalesce(g.receiving, d.receiving), coalesce(g.competent, d.competent),
           CASE WHEN EXISTS (SELECT FROM motcua.dossier_event n WHERE n.dossier = d.id AND n.kind = 'NUMBERED'
                                AND strpos(n.payload, '"file":"') > 0) THEN 16384 ELSE 0 END,
           CASE WHEN d.returned IS NOT NULL AND d.handover = 3 THEN 1048576 ELSE 0 END, 6, d.channel,
           strpos(d.state, '"bo":true') > 0, d.procedure, coalesce(substring(d.state from '"ak":"(\w+)"'), '')
      FROM motcua.dossier d
      LEFT JOIN LATERAL (
           SELECT l.receiving, l.competent FROM motcua.dossier_event r
             JOIN motcua.place_ledger l ON l.dossier = r.dossier AND l.seq >= r.seq
            WHERE r.dossier = d.id AND r.kind = 'RESULT_READY' ORDER BY r.seq, l.seq LIMIT 1) g ON true
     WHERE d.id = ANY (v_dossier) AND d.finished IS NOT NULL
     ORDER BY 1
        ON CONFLICT (dossier, kind, no) DO UPDATE SET closed = excluded.closed, outcome = excluded.outcome
         WHERE i.closed IS NULL AND excluded.closed IS NOT NULL;

    FOR f IN SELECT h.* FROM unnest(v_dossier, v_after) b(dossier, seq)
               JOIN motcua.dossier_file h ON h.dossier = b.dossier AND h.seq > b.seq
              WHERE h.component IS NOT NULL ORDER BY h.dossier, h.seq LOOP
        PERFORM motcua.figure_item_file(f);
    END LOOP;
    RETURN v_lines;
END $$;

GRANT SELECT ON motcua.figure_behind TO motcua_app, motcua_report;
GRANT EXECUTE ON FUNCTION motcua.figure_catch_up TO motcua_app;
