-- Reception halls: queue tickets (phiếu số), reusable cards, appointments.  The order in which people are
-- called and who may book what is decided in common/ticket/; the functions here take the first of what they
-- are offered that is still free, so that two counters calling at one moment never get the same ticket.
SET LOCAL ROLE motcua_owner;

CREATE TABLE motcua.hall_version (
    version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    source text NOT NULL,
    author text NOT NULL,
    approver text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT two_persons CHECK (author <> '' AND approver <> '' AND approver <> author)
);
CREATE INDEX hall_version_name ON motcua.hall_version (name, version DESC);
SELECT motcua.make_append_only('motcua.hall_version');

-- Answers 'same' or 'published', as publish_text does.
CREATE FUNCTION motcua.publish_hall(p_name text, p_hash bytea, p_source text, p_author text,
                                    p_approver text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_hash bytea;
BEGIN
    IF p_hash <> sha256(convert_to(p_source, 'UTF8')) THEN
        RAISE EXCEPTION 'hash does not match the text' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(7274496102);
    SELECT h.hash INTO v_hash FROM motcua.hall_version h WHERE h.name = p_name
        ORDER BY h.version DESC LIMIT 1;
    IF v_hash = p_hash THEN RETURN 'same'; END IF;
    INSERT INTO motcua.hall_version (name, hash, source, author, approver)
        VALUES (p_name, p_hash, p_source, p_author, p_approver);
    PERFORM motcua.config_changed();
    RETURN 'published';
END $$;

-- Last number of each letter on each day: midnight starts anew.
CREATE TABLE motcua.ticket_number (
    hall integer NOT NULL,
    day date NOT NULL,
    letter motcua.short NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (hall, day, letter)
);

-- Nothing personal.  since: her place in the order; card_out: the card is not at the desk.
CREATE TABLE motcua.ticket (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hall integer NOT NULL,
    day date NOT NULL,
    service motcua.short NOT NULL,
    letter motcua.short NOT NULL,
    number integer NOT NULL,
    card integer,
    card_out boolean NOT NULL DEFAULT false,
    priority motcua.short,
    procedure motcua.short,
    appointment bigint,
    since timestamptz NOT NULL,
    state motcua.short NOT NULL,
    counter integer,
    officer bigint,
    issued_at timestamptz NOT NULL,
    called_at timestamptz,
    first_called_at timestamptz,
    served_at timestamptz,
    ended_at timestamptz,
    calls integer NOT NULL DEFAULT 0,
    dossier motcua.short,
    UNIQUE (hall, day, letter, number)
) WITH (fillfactor = 80);
CREATE INDEX ticket_waiting ON motcua.ticket (hall, day, since) WHERE state = 'waiting';
CREATE INDEX ticket_called ON motcua.ticket (hall, day, called_at) WHERE called_at IS NOT NULL;
CREATE UNIQUE INDEX ticket_counter ON motcua.ticket (hall, day, counter)
    WHERE state IN ('called', 'serving');
CREATE UNIQUE INDEX ticket_card ON motcua.ticket (hall, day, card) WHERE card_out;
CREATE UNIQUE INDEX ticket_appointment ON motcua.ticket (appointment) WHERE appointment IS NOT NULL;

-- What was done, by whom, under which key: once.
CREATE TABLE motcua.ticket_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket bigint NOT NULL,
    act motcua.short NOT NULL,
    counter integer,
    officer bigint,
    at timestamptz NOT NULL,
    key motcua.short UNIQUE,
    body_hash bytea
);
CREATE INDEX ticket_act_ticket ON motcua.ticket_act (ticket);
SELECT motcua.make_append_only('motcua.ticket_act');

-- A person's visit that is planned.  name and phone are forgotten some weeks after it; the code is known to
-- her alone.
CREATE TABLE motcua.appointment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hall integer NOT NULL,
    service motcua.short NOT NULL,
    procedure motcua.short,
    slot timestamptz NOT NULL,
    minutes integer NOT NULL,
    name text,
    phone motcua.short,
    code_hash motcua.hash NOT NULL UNIQUE,
    state motcua.short NOT NULL DEFAULT 'booked',
    booked_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX appointment_slot ON motcua.appointment (hall, slot, service) WHERE state <> 'cancelled';
CREATE INDEX appointment_phone ON motcua.appointment (phone, slot) WHERE state <> 'cancelled';
CREATE INDEX appointment_old ON motcua.appointment (slot) WHERE phone IS NOT NULL;

-- The ticket that this key made or moved before.  Outcome 1: the same request; 2: another one.
CREATE FUNCTION motcua.ticket_before(p_key text, p_hash bytea, OUT outcome integer, OUT id bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT CASE WHEN a.body_hash IS NOT DISTINCT FROM p_hash THEN 1 ELSE 2 END, a.ticket
      INTO outcome, id FROM motcua.ticket_act a WHERE a.key = p_key;
END $$;

-- Outcomes of all that follows: 0 done, 1 done before under this key, 2 the key is another request's.

-- p_cards: numbers of cards, the best first; NULL: printed.  3: no card is at the desk; 4: the appointment
-- is cancelled; one that has its ticket gets the same again (1).
CREATE FUNCTION motcua.ticket_issue(p_key text, p_hash bytea, p_hall integer, p_day date,
    p_service text, p_letter text, p_priority text, p_procedure text, p_since timestamptz,
    p_cards integer[], p_appointment bigint, p_officer bigint, p_now timestamptz,
    OUT outcome integer, OUT id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_number integer;
    v_card integer;
BEGIN
    PERFORM pg_advisory_xact_lock(7274403, p_hall);
    SELECT b.outcome, b.id INTO outcome, id FROM motcua.ticket_before(p_key, p_hash) b;
    IF outcome IS NOT NULL THEN RETURN; END IF;
    IF p_appointment IS NOT NULL THEN
        SELECT 1, t.id INTO outcome, id FROM motcua.ticket t WHERE t.appointment = p_appointment;
        IF outcome IS NOT NULL THEN RETURN; END IF;
        UPDATE motcua.appointment a SET state = 'arrived', ended_at = p_now
         WHERE a.id = p_appointment AND a.state = 'booked';
        IF NOT FOUND THEN outcome := 4; RETURN; END IF;
    END IF;
    IF p_cards IS NOT NULL THEN
        SELECT c.card INTO v_card FROM unnest(p_cards) WITH ORDINALITY c(card, place)
         WHERE NOT EXISTS (SELECT FROM motcua.ticket t WHERE t.hall = p_hall AND t.day = p_day
                                  AND t.card = c.card AND t.card_out)
         ORDER BY c.place LIMIT 1;
        IF v_card IS NULL THEN
            IF p_appointment IS NOT NULL THEN
                UPDATE motcua.appointment a SET state = 'booked', ended_at = NULL
                 WHERE a.id = p_appointment;
            END IF;
            outcome := 3;
            RETURN;
        END IF;
    END IF;
    INSERT INTO motcua.ticket_number AS n (hall, day, letter, last)
        VALUES (p_hall, p_day, p_letter, 1)
        ON CONFLICT (hall, day, letter) DO UPDATE SET last = n.last + 1
        RETURNING n.last INTO v_number;
    INSERT INTO motcua.ticket AS t (hall, day, service, letter, number, card, card_out, priority,
                                    procedure, appointment, since, state, issued_at)
        VALUES (p_hall, p_day, p_service, p_letter, v_number, v_card, v_card IS NOT NULL, p_priority,
                p_procedure, p_appointment, p_since, 'waiting', p_now)
        RETURNING t.id INTO id;
    INSERT INTO motcua.ticket_act (ticket, act, officer, at, key, body_hash)
        VALUES (id, 'issue', p_officer, p_now, p_key, p_hash);
    outcome := 0;
END $$;

-- The first of the candidates that still waits, for this counter; whom it serves is done with.
-- 3: none of them waits any more; 4: somebody was called to this counter and has not come yet (id).
CREATE FUNCTION motcua.ticket_call(p_key text, p_hash bytea, p_hall integer, p_day date,
    p_counter integer, p_officer bigint, p_candidates bigint[], p_now timestamptz,
    OUT outcome integer, OUT id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_state text;
    v_now bigint;
    v_candidate bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7274404, p_hall * 1000 + p_counter);
    SELECT b.outcome, b.id INTO outcome, id FROM motcua.ticket_before(p_key, p_hash) b;
    IF outcome IS NOT NULL THEN RETURN; END IF;
    SELECT t.id, t.state INTO v_now, v_state FROM motcua.ticket t
     WHERE t.hall = p_hall AND t.day = p_day AND t.counter = p_counter
       AND t.state IN ('called', 'serving') FOR UPDATE;
    IF v_state = 'called' THEN
        outcome := 4;
        id := v_now;
        RETURN;
    END IF;
    IF v_state = 'serving' THEN
        UPDATE motcua.ticket t SET state = 'done', ended_at = p_now, card_out = false
         WHERE t.id = v_now;
        INSERT INTO motcua.ticket_act (ticket, act, counter, officer, at)
            VALUES (v_now, 'finish', p_counter, p_officer, p_now);
    END IF;
    v_now := NULL;
    FOREACH v_candidate IN ARRAY p_candidates LOOP
        SELECT t.id INTO v_now FROM motcua.ticket t
         WHERE t.id = v_candidate AND t.state = 'waiting' AND t.hall = p_hall AND t.day = p_day
         FOR UPDATE SKIP LOCKED;
        EXIT WHEN v_now IS NOT NULL;
    END LOOP;
    IF v_now IS NULL THEN outcome := 3; RETURN; END IF;
    UPDATE motcua.ticket t SET state = 'called', counter = p_counter, officer = p_officer,
        called_at = p_now, first_called_at = p_now, calls = 1 WHERE t.id = v_now;
    INSERT INTO motcua.ticket_act (ticket, act, counter, officer, at, key, body_hash)
        VALUES (v_now, 'call', p_counter, p_officer, p_now, p_key, p_hash);
    id := v_now;
    outcome := 0;
END $$;

-- From one of p_from to p_to.  3: it is in none of these states; 4: its counter has somebody else;
-- 5: there is no such ticket in this hall today.
CREATE FUNCTION motcua.ticket_move(p_key text, p_hash bytea, p_hall integer, p_day date, p_id bigint,
    p_act text, p_from text[], p_to text, p_counter integer, p_card_back boolean, p_officer bigint,
    p_now timestamptz, OUT outcome integer, OUT id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v motcua.ticket;
BEGIN
    SELECT t.* INTO v FROM motcua.ticket t
     WHERE t.id = p_id AND t.hall = p_hall AND t.day = p_day FOR UPDATE;
    id := v.id;
    IF v.id IS NULL THEN outcome := 5; RETURN; END IF;
    SELECT b.outcome INTO outcome FROM motcua.ticket_before(p_key, p_hash) b;
    IF outcome IS NOT NULL THEN RETURN; END IF;
    IF NOT (v.state = ANY (p_from)) THEN outcome := 3; RETURN; END IF;
    BEGIN
        UPDATE motcua.ticket t SET state = p_to, counter = coalesce(p_counter, t.counter),
            officer = CASE WHEN p_to = 'cancelled' THEN t.officer ELSE p_officer END,
            called_at = CASE WHEN p_to = 'called' THEN p_now ELSE t.called_at END,
            calls = t.calls + (p_to = 'called')::integer,
            served_at = CASE WHEN p_to = 'serving' THEN p_now ELSE t.served_at END,
            ended_at = CASE WHEN p_to IN ('done', 'absent', 'cancelled') THEN p_now END,
            card_out = t.card_out AND NOT p_card_back
         WHERE t.id = p_id;
    EXCEPTION WHEN unique_violation THEN
        outcome := 4;
        RETURN;
    END;
    INSERT INTO motcua.ticket_act (ticket, act, counter, officer, at, key, body_hash)
        VALUES (p_id, p_act, p_counter, p_officer, p_now, p_key, p_hash);
    outcome := 0;
END $$;

-- What became of the visit: the dossier (or attempt) that was taken in or given back at the counter.
CREATE FUNCTION motcua.ticket_dossier(p_hall integer[], p_id bigint, p_code text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE motcua.ticket t SET dossier = p_code
     WHERE t.id = p_id AND t.hall = ANY (p_hall) AND t.dossier IS NULL;
    RETURN FOUND;
END $$;

-- 1: the same request before (its code is the same); 3: the slot is full; 4: too many of this phone.
CREATE FUNCTION motcua.appointment_book(p_code_hash bytea, p_hall integer, p_service text,
    p_procedure text, p_slot timestamptz, p_minutes integer, p_capacity integer, p_name text,
    p_phone text, p_day_from timestamptz, p_day_to timestamptz, p_per_phone integer,
    p_now timestamptz, OUT outcome integer, OUT id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7274405, p_hall);
    SELECT 1, a.id INTO outcome, id FROM motcua.appointment a WHERE a.code_hash = p_code_hash;
    IF outcome IS NOT NULL THEN RETURN; END IF;
    IF (SELECT count(*) FROM motcua.appointment a WHERE a.hall = p_hall AND a.slot = p_slot
           AND a.service = p_service AND a.state <> 'cancelled') >= p_capacity THEN
        outcome := 3;
        RETURN;
    END IF;
    IF (SELECT count(*) FROM motcua.appointment a WHERE a.phone = p_phone AND a.slot >= p_day_from
           AND a.slot < p_day_to AND a.state <> 'cancelled') >= p_per_phone THEN
        outcome := 4;
        RETURN;
    END IF;
    INSERT INTO motcua.appointment AS a (hall, service, procedure, slot, minutes, name, phone,
                                         code_hash, booked_at)
        VALUES (p_hall, p_service, p_procedure, p_slot, p_minutes, p_name, p_phone, p_code_hash, p_now)
        RETURNING a.id INTO id;
    outcome := 0;
END $$;

-- 1: cancelled before; 3: there is none, or she has come already.
CREATE FUNCTION motcua.appointment_cancel(p_code_hash bytea, p_now timestamptz,
    OUT outcome integer, OUT id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_state text;
    v_id bigint;
BEGIN
    SELECT a.id, a.state INTO v_id, v_state FROM motcua.appointment a
     WHERE a.code_hash = p_code_hash FOR UPDATE;
    id := v_id;
    outcome := CASE v_state WHEN 'booked' THEN 0 WHEN 'cancelled' THEN 1 ELSE 3 END;
    IF outcome = 0 THEN
        UPDATE motcua.appointment a SET state = 'cancelled', ended_at = p_now
         WHERE a.id = v_id;
    END IF;
END $$;

-- Who came or did not come is kept as a number, not as a person.
CREATE FUNCTION motcua.appointment_forget(p_before timestamptz, p_most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_n bigint;
BEGIN
    UPDATE motcua.appointment SET name = NULL, phone = NULL WHERE id IN (
        SELECT a.id FROM motcua.appointment a
         WHERE a.phone IS NOT NULL AND a.slot < p_before LIMIT p_most);
    GET DIAGNOSTICS v_n = ROW_COUNT;
    RETURN v_n;
END $$;

GRANT SELECT ON motcua.hall_version, motcua.ticket, motcua.ticket_act, motcua.appointment TO motcua_app;
GRANT SELECT ON motcua.ticket TO motcua_report;
GRANT EXECUTE ON FUNCTION motcua.publish_hall, motcua.ticket_issue, motcua.ticket_call,
    motcua.ticket_move, motcua.ticket_dossier, motcua.appointment_book, motcua.appointment_cancel,
    motcua.appointment_forget TO motcua_app;
