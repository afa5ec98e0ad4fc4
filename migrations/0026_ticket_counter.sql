-- Whom a counter has called is served, finished or cancelled at that counter only.
SET LOCAL ROLE motcua_owner;

-- From one of p_from to p_to.  3: it is in none of these states; 4: its counter has somebody else;
-- 5: there is no such ticket in this hall today; 6: it was called to another counter.
CREATE OR REPLACE FUNCTION motcua.ticket_move(p_key text, p_hash bytea, p_hall integer, p_day date, p_id bigint,
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
    IF v.state IN ('called', 'serving') AND p_counter <> v.counter THEN
        outcome := 6;
        RETURN;
    END IF;
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
