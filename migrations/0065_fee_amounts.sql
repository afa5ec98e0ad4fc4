-- The sum to pay holds all that was told in the period: what was told to a dossier that owed something before, a financial obligation
-- beside the fee, was left out of it, while what was paid for it stood in the sum received.
-- One item of a dossier says that it owes something (no 0); what is told later is an item of its own that only adds to the sum (512).
-- A notice of payment that was taken back left its dossier unpaid for ever.  It owes nothing any more, unless something else was told and
-- stands; what is told later is owed again.
SET LOCAL ROLE motcua_owner;

-- Was something to pay told before the event p_seq, and not taken back by then?
CREATE FUNCTION motcua.figure_owes(p_dossier bigint, p_seq bigint) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM motcua.dossier_event b
         WHERE b.dossier = p_dossier AND b.seq < p_seq
           AND (b.kind = 'ACCEPTED' AND substring(b.payload from '"fee":(\d+)')::bigint > 0
                OR b.kind = 'FIN_REQUESTED' AND NOT EXISTS (
                   SELECT FROM motcua.dossier_event c
                    WHERE c.dossier = p_dossier AND c.seq < p_seq AND c.seq > b.seq AND c.kind = 'REQUEST_CANCELLED'
                      AND c.payload::jsonb ->> 'request' = b.payload::jsonb ->> 'request')))
$$;

-- As in 0038, but for these.
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
        IF motcua.figure_owes(e.dossier, e.seq) THEN
            PERFORM motcua.figure_item_put(e.dossier, e.seq, 5, v_no, e.at, NULL, e.at, 0,
                                           coalesce((p ->> 'amount')::bigint, 0), -1, 512);
        ELSE
            PERFORM motcua.figure_item_put(e.dossier, e.seq, 5,
                CASE WHEN EXISTS (SELECT FROM motcua.figure_item i WHERE i.dossier = e.dossier AND i.kind = 5 AND i.no = 0
                                     AND i.opened < e.at) THEN v_no ELSE 0 END,
                e.at, NULL, NULL, 0, coalesce((p ->> 'amount')::bigint, 0), -1, 0);
        END IF;
    WHEN 'FIN_PAID' THEN
        PERFORM motcua.figure_item_put(e.dossier, e.seq, 10, e.seq, e.at, NULL, e.at, e.actor,
            coalesce((p ->> 'amount')::bigint, 0), (p ->> 'agency')::integer,
            CASE p ->> 'method' WHEN 'online' THEN 8192 ELSE 0 END);
        PERFORM motcua.figure_item_end(e.dossier, 5, i.no, e.at, e.actor, CASE p ->> 'method' WHEN 'online' THEN 2097152 ELSE 0 END)
           FROM motcua.figure_item i WHERE i.dossier = e.dossier AND i.kind = 5 AND i.opened <= e.at AND i.flags & 512 = 0;
    WHEN 'REFUNDED' THEN
        PERFORM motcua.figure_item_put(e.dossier, e.seq, 11, e.seq, e.at, NULL, e.at, e.actor,
            coalesce((p ->> 'amount')::bigint, 0), (p ->> 'agency')::integer, 0);
    WHEN 'REQUEST_CANCELLED' THEN
        UPDATE motcua.figure_item SET closed = e.at, outcome = 4194304
         WHERE dossier = e.dossier AND no = v_no AND closed IS NULL
           AND kind = CASE (p ->> 'kind')::integer WHEN 1 THEN 2 WHEN 5 THEN 3 WHEN 8 THEN 4 END;
        IF (p ->> 'kind')::integer = 6 AND NOT motcua.figure_owes(e.dossier, e.seq + 1) THEN
            UPDATE motcua.figure_item SET closed = e.at, outcome = 4194304
             WHERE dossier = e.dossier AND kind = 5 AND opened <= e.at AND closed IS NULL;
        END IF;
    ELSE -- withdrawn, stopped, closed: nobody owes it an answer any more
        UPDATE motcua.figure_item SET closed = e.at, outcome = 4194304
         WHERE dossier = e.dossier AND kind BETWEEN 1 AND 5 AND closed IS NULL;
    END CASE;
END $$;

INSERT INTO motcua.figure_behind (dossier, seq)
SELECT e.dossier, min(e.seq) - 1 FROM motcua.dossier_event e WHERE e.kind = 'FIN_REQUESTED' GROUP BY e.dossier;

REVOKE EXECUTE ON FUNCTION motcua.figure_owes FROM PUBLIC;
