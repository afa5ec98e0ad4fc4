-- What a dossier owes or is owed besides its result, one narrow row each: the answer to an online submission, papers
-- asked for, opinions, paper on its way, something to pay, a result that waits to be collected; and what happened at
-- one moment: apologies, exemptions, payments, refunds, reception, digitised data used again.  Written with the act
-- by triggers, never by a hand-on.  What is counted of them stands in common/figures; here are only facts.
SET LOCAL ROLE motcua_owner;

-- kind: enum figure_stream.  no: number of the request, the attempt or the event within the dossier and kind.
-- place: the agency that it counts with, as it was when it began.  flags, outcome: FACT_ITEM_… of
-- common/figures/facts.h, as known when it began and when it was over.  due null: no limit.
CREATE TABLE motcua.figure_item (
    dossier bigint NOT NULL,
    no bigint NOT NULL,
    opened timestamptz NOT NULL,
    due timestamptz,
    closed timestamptz,
    officer bigint NOT NULL,
    amount bigint NOT NULL,
    place integer NOT NULL,
    receiving integer NOT NULL,
    competent integer NOT NULL,
    flags integer NOT NULL,
    outcome integer NOT NULL,
    kind smallint NOT NULL,
    channel smallint NOT NULL,
    by_officer boolean NOT NULL,
    procedure text NOT NULL,
    applicant text NOT NULL,
    PRIMARY KEY (dossier, kind, no)
) WITH (fillfactor = 85);
-- What began in a period or not long before it; the few that were open for longer.
CREATE INDEX figure_item_opened ON motcua.figure_item (place, kind, opened);
CREATE INDEX figure_item_long ON motcua.figure_item (place, kind, closed)
    WHERE kind < 8 AND (closed IS NULL OR closed - opened > interval '60 days');
-- Whether a file had been kept with another dossier before.
CREATE INDEX dossier_file_hash ON motcua.dossier_file (hash, dossier);

-- Where a dossier lies and who brought it; a new one is not in its row yet: then its submission says so.
CREATE FUNCTION motcua.figure_item_put(p_dossier bigint, p_kind integer, p_no bigint, p_opened timestamptz,
                                       p_due timestamptz, p_closed timestamptz, p_officer bigint,
                                       p_amount bigint, p_place integer, p_flags integer) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    d record;
    s jsonb;
BEGIN
    SELECT x.receiving, x.competent, x.channel::integer AS channel, x.procedure, strpos(x.state, '"bo":true') > 0 AS by_officer,
           coalesce(substring(x.state from '"ak":"(\w+)"'), '') AS applicant
      INTO d FROM motcua.dossier x WHERE x.id = p_dossier;
    IF NOT FOUND THEN
        SELECT e.payload::jsonb INTO s FROM motcua.dossier_event e
         WHERE e.dossier = p_dossier AND e.kind = 'SUBMITTED' ORDER BY e.seq DESC LIMIT 1;
        IF s IS NULL THEN
            RETURN;
        END IF;
        SELECT (s ->> 'receiving')::integer AS receiving, (s ->> 'competent')::integer AS competent,
               CASE s ->> 'channel' WHEN 'online' THEN 1 WHEN 'post' THEN 2 ELSE 0 END AS channel,
               s ->> 'procedure' AS procedure, e.actor <> 0 AND s ->> 'channel' = 'online' AS by_officer,
               coalesce(s ->> 'applicant', '') AS applicant
          INTO d FROM motcua.dossier_event e
         WHERE e.dossier = p_dossier AND e.kind = 'SUBMITTED' ORDER BY e.seq DESC LIMIT 1;
    END IF;
    INSERT INTO motcua.figure_item (dossier, no, opened, due, closed, officer, amount, place, receiving,
            competent, flags, outcome, kind, channel, by_officer, procedure, applicant)
        VALUES (p_dossier, p_no, p_opened, p_due, p_closed, p_officer, p_amount,
                CASE p_place WHEN -1 THEN d.receiving WHEN -2 THEN d.competent ELSE p_place END, d.receiving,
                d.competent, p_flags, 0, p_kind, d.channel, d.by_officer, d.procedure, d.applicant)
        ON CONFLICT (dossier, kind, no) DO NOTHING;
END $$;

-- The same, with the row at hand; it counts with the unit that received it.  (Not in plain SQL: PostgreSQL 15 plans the
-- body of such a function anew in every transaction, which cost an acceptance more than the rows themselves.)
CREATE FUNCTION motcua.figure_item_row(d motcua.dossier, p_kind integer, p_opened timestamptz,
                                       p_closed timestamptz, p_officer bigint, p_amount bigint,
                                       p_flags integer) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO motcua.figure_item (dossier, no, opened, due, closed, officer, amount, place, receiving,
            competent, flags, outcome, kind, channel, by_officer, procedure, applicant)
        VALUES (d.id, 0, p_opened, NULL, p_closed, p_officer, p_amount, d.receiving, d.receiving, d.competent,
                p_flags, 0, p_kind, d.channel, strpos(d.state, '"bo":true') > 0, d.procedure,
                coalesce(substring(d.state from '"ak":"(\w+)"'), ''))
        ON CONFLICT (dossier, kind, no) DO NOTHING;
END $$;

-- officer 0: who was known before stays.
CREATE FUNCTION motcua.figure_item_end(p_dossier bigint, p_kind integer, p_no bigint, p_closed timestamptz,
                                       p_officer bigint, p_outcome integer) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE motcua.figure_item
       SET closed = p_closed, officer = coalesce(nullif(p_officer, 0), officer), outcome = p_outcome
     WHERE dossier = p_dossier AND kind = p_kind AND no = p_no AND closed IS NULL;
END $$;

-- Who asked for it first: who drafted the request, else who sent it.
CREATE FUNCTION motcua.figure_asker(p_dossier bigint, p_kind text, p_request text, p_else bigint)
    RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT e.actor FROM motcua.dossier_event e
                      WHERE e.dossier = p_dossier AND e.kind = p_kind
                        AND e.payload::jsonb ->> 'request' = p_request ORDER BY e.seq LIMIT 1), p_else)
$$;

CREATE FUNCTION motcua.figure_item_of(e motcua.dossier_event) RETURNS void
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
        PERFORM motcua.figure_item_put(e.dossier, 1, (p ->> 'attempt')::bigint, e.at,
            timestamptz 'epoch' + (SELECT (c ->> 4)::bigint FROM jsonb_array_elements(p -> 'clocks') c
                                    WHERE c ->> 0 = '2' LIMIT 1) * interval '1 microsecond',
            NULL, 0, 0, (p ->> 'receiving')::integer, 0);
    WHEN 'ATTEMPT_DECIDED' THEN
        PERFORM motcua.figure_item_end(e.dossier, 1, (p ->> 'attempt')::bigint, e.at, e.actor,
            CASE p ->> 'outcome' WHEN 'accepted' THEN 65536 WHEN 'rejected' THEN 262144 ELSE 131072 END);
    WHEN 'SUPPLEMENT_SENT' THEN
        SELECT d.accepted INTO v_accepted FROM motcua.dossier d WHERE d.id = e.dossier;
        PERFORM motcua.figure_item_put(e.dossier, 2, v_no, e.at, v_due, NULL,
            motcua.figure_asker(e.dossier, 'SUPPLEMENT_DRAFTED', p ->> 'request', e.actor), 0, -2,
            v_flags + CASE WHEN p ? 'missing' OR EXISTS (
                        SELECT FROM motcua.dossier_event x
                         WHERE x.dossier = e.dossier AND x.kind = 'SUPPLEMENT_DRAFTED'
                           AND x.payload::jsonb ->> 'request' = p ->> 'request'
                           AND x.payload::jsonb ? 'missing') THEN 0 ELSE 2048 END
                    + CASE WHEN e.at < v_accepted + interval '1 day' THEN 4096 ELSE 0 END);
    WHEN 'CONSULT_SENT' THEN
        PERFORM motcua.figure_item_put(e.dossier, 3, v_no, e.at, v_due, NULL, 0, 0,
                                       (p ->> 'to_agency')::integer, v_flags);
    WHEN 'PAPER_SENT' THEN
        PERFORM motcua.figure_item_put(e.dossier, 4, v_no, e.at, v_due, NULL, e.actor, 0, e.agency, v_flags);
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
            PERFORM motcua.figure_item_put(e.dossier, 8, v_no, e.at, NULL, e.at,
                motcua.figure_asker(e.dossier, 'EXTENSION_REQUESTED', p ->> 'request', e.actor), 0, -2,
                v_flags);
        END IF;
    WHEN 'FIN_REQUESTED' THEN
        PERFORM motcua.figure_item_put(e.dossier, 5, 0, e.at, NULL, NULL, 0,
                                       coalesce((p ->> 'amount')::bigint, 0), -1, 0);
    WHEN 'FIN_PAID' THEN
        PERFORM motcua.figure_item_put(e.dossier, 10, e.seq, e.at, NULL, e.at, e.actor,
            coalesce((p ->> 'amount')::bigint, 0), (p ->> 'agency')::integer,
            CASE p ->> 'method' WHEN 'online' THEN 8192 ELSE 0 END);
        PERFORM motcua.figure_item_end(e.dossier, 5, 0, e.at, e.actor,
            CASE p ->> 'method' WHEN 'online' THEN 2097152 ELSE 0 END);
    WHEN 'REFUNDED' THEN
        PERFORM motcua.figure_item_put(e.dossier, 11, e.seq, e.at, NULL, e.at, e.actor,
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

CREATE FUNCTION motcua.figure_item_event() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM motcua.figure_item_of(NEW);
    RETURN NULL;
END $$;
CREATE TRIGGER figure_item AFTER INSERT ON motcua.dossier_event
    FOR EACH ROW WHEN (NEW.kind IN ('ATTEMPT_DECIDED', 'SUPPLEMENT_SENT', 'SUPPLEMENT_RECEIVED', 'CONSULT_SENT',
        'CONSULT_ANSWERED', 'CONSULT_DEEMED_AGREED', 'PAPER_SENT', 'PAPER_RECEIVED', 'DUE_ADJUSTED',
        'FIN_REQUESTED', 'FIN_PAID', 'REFUNDED', 'REQUEST_CANCELLED', 'WITHDRAWN', 'STOPPED', 'CLOSED')
        OR (NEW.kind = 'SUBMITTED' AND strpos(NEW.payload, '"channel":"online"') > 0))
    EXECUTE FUNCTION motcua.figure_item_event();

-- Reception and what it charged; the result and its collection: with the milestones of the row.
CREATE FUNCTION motcua.figure_item_taken(d motcua.dossier) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_fee text;
    v_actor bigint;
    v_full bigint := 0;
BEGIN
    SELECT e.payload, e.actor INTO v_fee, v_actor FROM motcua.dossier_event e
     WHERE e.dossier = d.id AND e.kind = 'ACCEPTED' ORDER BY e.seq LIMIT 1;
    PERFORM motcua.figure_item_row(d, 12, d.accepted,
        CASE WHEN EXISTS (SELECT FROM motcua.dossier_file g
                           WHERE g.dossier = d.id AND g.component IS NOT NULL) THEN d.accepted END,
        coalesce(v_actor, 0), 0, 0);
    IF strpos(v_fee, '"fees":[') > 0 THEN
        SELECT coalesce(sum(greatest(coalesce((f ->> 3)::bigint, 0) - coalesce((f ->> 4)::bigint, 0), 0)), 0)
          INTO v_full FROM jsonb_array_elements(v_fee::jsonb -> 'fees') f WHERE f ->> 5 IS NOT NULL;
        IF v_full > 0 THEN
            PERFORM motcua.figure_item_row(d, 9, d.accepted, d.accepted, coalesce(v_actor, 0), v_full, 0);
        END IF;
    END IF;
    IF substring(v_fee from '"fee":(\d+)')::bigint > 0 THEN
        PERFORM motcua.figure_item_row(d, 5, d.accepted, NULL, 0,
                                       substring(v_fee from '"fee":(\d+)')::bigint, 0);
    END IF;
END $$;
-- handover 3: posted.
CREATE FUNCTION motcua.figure_item_ready(d motcua.dossier) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM motcua.figure_item_row(d, 6, d.finished, NULL, 0, 0,
        CASE WHEN EXISTS (SELECT FROM motcua.dossier_event e WHERE e.dossier = d.id AND e.kind = 'NUMBERED'
                             AND strpos(e.payload, '"file":"') > 0) THEN 16384 ELSE 0 END);
END $$;
CREATE FUNCTION motcua.figure_item_moved() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.accepted IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.accepted IS NULL) THEN
        PERFORM motcua.figure_item_taken(NEW);
    END IF;
    IF NEW.finished IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.finished IS NULL) THEN
        PERFORM motcua.figure_item_ready(NEW);
    END IF;
    IF NEW.returned IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.returned IS NULL) THEN
        PERFORM motcua.figure_item_end(NEW.id, 6, 0, NEW.returned, 0,
                                       CASE WHEN NEW.handover = 3 THEN 1048576 ELSE 0 END);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER figure_item_new AFTER INSERT ON motcua.dossier
    FOR EACH ROW WHEN (NEW.accepted IS NOT NULL) EXECUTE FUNCTION motcua.figure_item_moved();
CREATE TRIGGER figure_item_moved AFTER UPDATE OF accepted, finished, returned ON motcua.dossier
    FOR EACH ROW WHEN ((OLD.accepted IS NULL AND NEW.accepted IS NOT NULL)
        OR (OLD.finished IS NULL AND NEW.finished IS NOT NULL)
        OR (OLD.returned IS NULL AND NEW.returned IS NOT NULL))
    EXECUTE FUNCTION motcua.figure_item_moved();

-- Digitised when a file of a component came; data used again when that file had been kept before with another
-- dossier, be it as a component or as a result.
CREATE FUNCTION motcua.figure_item_file(f motcua.dossier_file) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz := (SELECT e.at FROM motcua.dossier_event e WHERE e.dossier = f.dossier AND e.seq = f.seq);
BEGIN
    PERFORM motcua.figure_item_end(f.dossier, 12, 0, greatest(v_at, i.opened), 0, 0)
       FROM motcua.figure_item i WHERE i.dossier = f.dossier AND i.kind = 12 AND i.closed IS NULL;
    IF EXISTS (SELECT FROM motcua.dossier_file o
                 JOIN motcua.dossier_event e ON e.dossier = o.dossier AND e.seq = o.seq
                WHERE o.hash = f.hash AND o.dossier <> f.dossier AND e.at < v_at) THEN
        PERFORM motcua.figure_item_put(f.dossier, 13, 0,
            coalesce((SELECT d.accepted FROM motcua.dossier d WHERE d.id = f.dossier), v_at), NULL,
            v_at, coalesce((SELECT e.actor FROM motcua.dossier_event e
                             WHERE e.dossier = f.dossier AND e.seq = f.seq), 0), 0, -1, 0);
    END IF;
END $$;
CREATE FUNCTION motcua.figure_item_filed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM motcua.figure_item_file(NEW);
    RETURN NULL;
END $$;
CREATE TRIGGER figure_item_filed AFTER INSERT ON motcua.dossier_file
    FOR EACH ROW WHEN (NEW.component IS NOT NULL) EXECUTE FUNCTION motcua.figure_item_filed();

-- What there is already, in its order.
DO $$
DECLARE
    e motcua.dossier_event;
    d motcua.dossier;
    f motcua.dossier_file;
BEGIN
    FOR d IN SELECT * FROM motcua.dossier x WHERE x.accepted IS NOT NULL ORDER BY x.id LOOP
        PERFORM motcua.figure_item_taken(d);
    END LOOP;
    FOR e IN SELECT * FROM motcua.dossier_event x
              WHERE x.kind IN ('ATTEMPT_DECIDED', 'SUPPLEMENT_SENT', 'SUPPLEMENT_RECEIVED', 'CONSULT_SENT',
                    'CONSULT_ANSWERED', 'CONSULT_DEEMED_AGREED', 'PAPER_SENT', 'PAPER_RECEIVED', 'DUE_ADJUSTED',
                    'FIN_REQUESTED', 'FIN_PAID', 'REFUNDED', 'REQUEST_CANCELLED', 'WITHDRAWN', 'STOPPED',
                    'CLOSED')
                 OR (x.kind = 'SUBMITTED' AND strpos(x.payload, '"channel":"online"') > 0)
              ORDER BY x.dossier, x.seq LOOP
        PERFORM motcua.figure_item_of(e);
    END LOOP;
    FOR d IN SELECT * FROM motcua.dossier x WHERE x.finished IS NOT NULL ORDER BY x.id LOOP
        PERFORM motcua.figure_item_ready(d);
        IF d.returned IS NOT NULL THEN
            PERFORM motcua.figure_item_end(d.id, 6, 0, d.returned, 0,
                                           CASE WHEN d.handover = 3 THEN 1048576 ELSE 0 END);
        END IF;
    END LOOP;
    UPDATE motcua.figure_item SET closed = NULL WHERE kind = 12;
    FOR f IN SELECT * FROM motcua.dossier_file x WHERE x.component IS NOT NULL ORDER BY x.dossier, x.seq LOOP
        PERFORM motcua.figure_item_file(f);
    END LOOP;
END $$;

-- One row for each period k in which an item was in the work: begun in it or open when it began (of kinds from 8:
-- begun in it).  facts, by common/figures/facts.h:
--   bits 0-2  1 over in time  2 over late  3 open within  4 open overdue  6 never done, at the end of the period
--   bit 3  begun in the period   bits 4-7  channel, typed in by an officer, received outside the territory
--   bits 8-15  flags   bits 16-22  outcome, once over   bits 24-27  kind
-- p_wait: a result that lies longer than that is overdue.
CREATE FUNCTION motcua.figure_items(p_agencies integer[], p_bounds timestamptz[], p_kinds integer[],
                                    p_body integer[], p_wait interval)
    RETURNS TABLE (k integer, dossier bigint, no bigint, facts integer, place integer, receiving integer,
                   competent integer, channel smallint, officer bigint, procedure text, applicant text, amount bigint,
                   opened timestamptz, due timestamptz, closed timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT x.k, x.dossier, x.no,
           (x.kind::integer << 24)
           + CASE WHEN x.closed < x.until AND x.outcome & 4194304 <> 0 THEN 6
                  WHEN x.closed < x.until AND x.closed > x.due THEN 2
                  WHEN x.closed < x.until THEN 1
                  WHEN x.due < x.until THEN 4
                  ELSE 3 END
           + CASE WHEN x.opened >= x.since THEN 8 ELSE 0 END + (x.channel::integer << 4)
           + CASE WHEN x.by_officer THEN 64 ELSE 0 END
           + CASE WHEN p_body[x.receiving] <> p_body[x.competent] THEN 128 ELSE 0 END
           + x.flags + CASE WHEN x.closed < x.until THEN x.outcome ELSE 0 END,
           x.place, x.receiving, x.competent, x.channel, x.officer, x.procedure, x.applicant, x.amount,
           x.opened, x.due, CASE WHEN x.closed < x.until THEN x.closed END
      FROM (
    SELECT i.dossier, i.no, i.opened, i.closed, i.officer, i.amount, i.place, i.receiving, i.competent, i.flags,
           i.outcome, i.kind, i.channel, i.by_officer, i.procedure, i.applicant, p.k,
           p_bounds[p.k] AS since, p_bounds[p.k + 1] AS until,
           CASE WHEN i.kind = 6 THEN i.opened + p_wait ELSE i.due END AS due
      FROM (
           SELECT o.* FROM motcua.figure_item o
            WHERE o.place = ANY (p_agencies) AND o.kind = ANY (p_kinds)
              AND o.opened >= p_bounds[1] - interval '60 days' AND o.opened < p_bounds[cardinality(p_bounds)]
            UNION ALL
           SELECT o.* FROM motcua.figure_item o
            WHERE o.place = ANY (p_agencies) AND o.kind = ANY (p_kinds) AND o.kind < 8
              AND (o.closed IS NULL OR o.closed - o.opened > interval '60 days')
              AND o.opened < p_bounds[1] - interval '60 days') i
      JOIN generate_series(1, cardinality(p_bounds) - 1) p(k)
        ON i.opened < p_bounds[p.k + 1]
       AND CASE WHEN i.kind < 8 THEN i.closed IS NULL OR i.closed >= p_bounds[p.k]
                ELSE i.opened >= p_bounds[p.k] END) x
$$;

REVOKE EXECUTE ON FUNCTION motcua.figure_item_put, motcua.figure_item_row, motcua.figure_item_end, motcua.figure_asker,
    motcua.figure_item_of, motcua.figure_item_event, motcua.figure_item_taken, motcua.figure_item_ready,
    motcua.figure_item_moved, motcua.figure_item_file, motcua.figure_item_filed, motcua.figure_items FROM PUBLIC;
GRANT SELECT ON motcua.figure_item TO motcua_app, motcua_report;
GRANT EXECUTE ON FUNCTION motcua.figure_items TO motcua_app, motcua_report;
