-- The applicant's name stands in the row of the work too: a page of a queue looked into fifty rows of another table, whose
-- index grows with every dossier that was ever closed.  The row goes when the step is done, and the name with it.  Personal
-- content is given with an intake attempt, before or together with the first task: no row has an older name.
SET LOCAL ROLE motcua_owner;

ALTER TABLE motcua.task ADD COLUMN name text;
UPDATE motcua.task t SET name = c.name FROM motcua.dossier_content c WHERE c.dossier = t.dossier;

-- store_acts as in 0039, with the name.
CREATE OR REPLACE FUNCTION motcua.store_acts(
    -- a: changes.  expect 0: a new dossier (head: 32 zero bytes).  key null: none.
    a_id bigint[], a_expect bigint[], a_head bytea[], a_seq bigint[], a_epoch bigint[],
    a_account bigint[], a_key text[], a_body bytea[], a_reply text[],
    a_status integer[], a_money integer[], a_handover integer[], a_sync integer[], a_state text[],
    -- e: events, grouped by change in the order of their seq.  act: number of the change, from 1.
    e_act integer[], e_seq bigint[], e_kind text[], e_at timestamptz[], e_actor bigint[],
    e_behalf bigint[], e_agency integer[], e_role text[], e_payload text[], e_digest bytea[],
    e_counter text[], e_prefix text[], e_width integer[],
    -- t: tasks to insert or rewrite; x: tasks to remove
    t_act integer[] = NULL, t_task integer[] = NULL, t_agency integer[] = NULL,
    t_role integer[] = NULL, t_officer bigint[] = NULL, t_procedure text[] = NULL,
    t_version integer[] = NULL, t_step text[] = NULL, t_due timestamptz[] = NULL,
    t_promised timestamptz[] = NULL, t_opened timestamptz[] = NULL, t_received timestamptz[] = NULL,
    x_act integer[] = NULL, x_task integer[] = NULL,
    -- n: what a new dossier has for ever
    n_act integer[] = NULL, n_submission text[] = NULL, n_procedure text[] = NULL,
    n_version integer[] = NULL, n_hash bytea[] = NULL, n_chain bytea[] = NULL,
    -- m: places and milestones; given for new dossiers and whenever one of them moved
    m_act integer[] = NULL, m_channel integer[] = NULL, m_receiving integer[] = NULL,
    m_competent integer[] = NULL, m_submitted timestamptz[] = NULL, m_first_decided timestamptz[] = NULL,
    m_first_accepted boolean[] = NULL, m_refused boolean[] = NULL, m_accepted timestamptz[] = NULL,
    m_original timestamptz[] = NULL, m_basis timestamptz[] = NULL, m_current timestamptz[] = NULL,
    m_supplemented timestamptz[] = NULL, m_finished timestamptz[] = NULL,
    m_returned timestamptz[] = NULL, m_ended timestamptz[] = NULL, m_closed timestamptz[] = NULL,
    m_track bytea[] = NULL,
    -- u: promises given; k: content; s: words to search; g: files named
    u_act integer[] = NULL, u_seq bigint[] = NULL, u_at timestamptz[] = NULL,
    u_original timestamptz[] = NULL, u_basis timestamptz[] = NULL, u_current timestamptz[] = NULL,
    u_cause text[] = NULL, k_act integer[] = NULL, k_name text[] = NULL, k_salt bytea[] = NULL,
    k_body text[] = NULL, s_act integer[] = NULL, s_agency integer[] = NULL, s_who integer[] = NULL,
    s_name text[] = NULL, s_reversed text[] = NULL, s_phone text[] = NULL, s_identity text[] = NULL,
    g_act integer[] = NULL, g_hash bytea[] = NULL, g_seq bigint[] = NULL, g_component text[] = NULL,
    g_name text[] = NULL,
    -- w: when the next timer of the dossier comes (null: never); o: messages that leave after the
    -- commit; a_all: all of the batch or nothing.  94 arguments; there may be 100.
    w_act integer[] = NULL, w_at timestamptz[] = NULL, o_act integer[] = NULL,
    o_kind text[] = NULL, o_body text[] = NULL, a_all boolean = NULL)
    RETURNS TABLE (act bigint, outcome integer, seq bigint, code text, number text, answer text,
                   head bytea)
    -- Generic plans only: the arrays' lengths would make the planner plan each statement anew, which
    -- costs three times the work itself.  And always by index, however small a table was then.
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
    SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    v_n integer := cardinality(a_id);
    v_m integer := cardinality(e_act);
    v_epoch bigint;
    v_out integer[];      -- by change
    v_code text[];
    v_submission text[];
    v_number text[];
    v_head bytea[];
    v_answer text[];
    v_assigned text[];    -- by event
    v_prev bytea[];
    v_hash bytea[];
    v_where integer[];
    v_given text[];
    v_last bytea;
    v_stored integer := 0;
    v_keys integer := 0;
    v_new integer := 0;
    v_count bigint;
    v_seq bigint;         -- of a lone act
    v_account bigint;
    v_body bytea;
    v_one_code text;
    v_one_submission text;
    v_counted CONSTANT text[] := motcua.figure_kinds();
    i integer;
    j integer;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7274496101);
    SELECT epoch INTO v_epoch FROM motcua.config_state WHERE one;

    -- Who may go on.  The rows stay locked until the commit.  A lone act, the usual one, is spared the
    -- preparation of sets that have one row (here and below: IF v_n = 1).
    IF v_n = 1 THEN
        SELECT d.seq, d.head, d.code, d.submission INTO v_seq, v_last, v_one_code, v_one_submission
          FROM motcua.dossier d WHERE d.id = a_id[1] FOR NO KEY UPDATE;
        v_code := ARRAY[v_one_code];
        v_submission := ARRAY[v_one_submission];
        SELECT i.account, i.body_hash INTO v_account, v_body
          FROM motcua.idempotency i WHERE i.key = a_key[1];
        v_out := ARRAY[CASE
            WHEN v_account = a_account[1] AND v_body = a_body[1] THEN 3
            WHEN v_account IS NOT NULL THEN 4
            WHEN a_epoch[1] <> v_epoch THEN 2
            WHEN a_expect[1] = 0 AND v_seq IS NULL THEN 0
            WHEN a_expect[1] > 0 AND v_seq = a_expect[1] AND v_last = a_head[1] THEN 0
            ELSE 1 END];
        v_stored := (v_out[1] = 0)::integer;
        v_keys := (v_out[1] = 0 AND a_key[1] IS NOT NULL)::integer;
        v_new := (v_out[1] = 0 AND a_expect[1] = 0)::integer;
    ELSE
        SELECT array_agg(o.outcome ORDER BY o.ord), array_agg(o.code ORDER BY o.ord),
               array_agg(o.submission ORDER BY o.ord),
               count(*) FILTER (WHERE o.outcome = 0),
               count(*) FILTER (WHERE o.outcome = 0 AND o.key IS NOT NULL),
               count(*) FILTER (WHERE o.outcome = 0 AND o.expect = 0)
          INTO v_out, v_code, v_submission, v_stored, v_keys, v_new
          FROM (SELECT a.ord, a.key, a.expect, l.code, l.submission, CASE
                    WHEN i.key IS NOT NULL AND i.account = a.account AND i.body_hash = a.body THEN 3
                    WHEN i.key IS NOT NULL THEN 4
                    WHEN a.epoch <> v_epoch THEN 2
                    WHEN a.expect = 0 AND l.id IS NOT NULL THEN 1
                    WHEN a.expect > 0 AND (l.id IS NULL OR l.seq <> a.expect OR l.head <> a.head) THEN 1
                    WHEN row_number() OVER (PARTITION BY a.id ORDER BY a.ord) > 1 THEN 1
                    WHEN a.key IS NOT NULL
                         AND row_number() OVER (PARTITION BY a.key ORDER BY a.ord) > 1 THEN 1
                    ELSE 0 END AS outcome
                  FROM (SELECT * FROM unnest(a_id, a_expect, a_head, a_epoch, a_account, a_key, a_body)
                           WITH ORDINALITY u(id, expect, head, epoch, account, key, body, ord)
                        ORDER BY u.id, u.ord) a
                  LEFT JOIN LATERAL (SELECT d.id, d.seq, d.head, d.code, d.submission
                                       FROM motcua.dossier d WHERE d.id = a.id FOR NO KEY UPDATE) l ON true
                  LEFT JOIN motcua.idempotency i ON i.key = a.key) o;
    END IF;

    IF g_act IS NOT NULL THEN
        FOR j IN SELECT DISTINCT g.act FROM unnest(g_act, g_hash) g(act, hash)
                  WHERE v_out[g.act] = 0 AND NOT EXISTS
                        (SELECT FROM motcua.file_blob b WHERE b.hash = g.hash) LOOP
            v_out[j] := 5;
            v_stored := v_stored - 1;
            IF a_key[j] IS NOT NULL THEN v_keys := v_keys - 1; END IF;
            IF a_expect[j] = 0 THEN v_new := v_new - 1; END IF;
        END LOOP;
    END IF;
    IF a_all AND v_stored < v_n THEN
        FOR j IN 1 .. v_n LOOP
            IF v_out[j] = 0 THEN v_out[j] := 1; END IF;
        END LOOP;
        v_stored := 0;
    END IF;
    v_number := array_fill(NULL::text, ARRAY[v_n]);
    v_answer := v_number;
    v_head := array_fill(NULL::bytea, ARRAY[v_n]);
    IF v_stored = 0 THEN
        RETURN QUERY SELECT o.ord, o.outcome, NULL::bigint, NULL::text, NULL::text, NULL::text,
                            NULL::bytea
                       FROM unnest(v_out) WITH ORDINALITY o(outcome, ord);
        RETURN;
    END IF;

    -- Numbers: one increment a counter, given out in the order of the batch.
    v_assigned := array_fill(NULL::text, ARRAY[v_m]);
    IF e_counter IS NOT NULL THEN
        WITH want AS (
            SELECT e.ord, e.counter, e.prefix, e.width,
                   row_number() OVER (PARTITION BY e.counter ORDER BY e.ord) AS nth,
                   count(*) OVER (PARTITION BY e.counter) AS n
              FROM unnest(e_act, e_counter, e_prefix, e_width)
                       WITH ORDINALITY e(act, counter, prefix, width, ord)
             WHERE e.counter IS NOT NULL AND v_out[e.act] = 0),
        given AS (
            INSERT INTO motcua.counter AS c (name, value)
            SELECT DISTINCT w.counter, w.n FROM want w ORDER BY w.counter
            ON CONFLICT (name) DO UPDATE SET value = c.value + excluded.value
            RETURNING c.name, c.value),
        numbered AS (
            SELECT w.ord::integer AS ord, w.prefix, w.width,
                   (g.value - w.n + w.nth)::text AS digits
              FROM want w JOIN given g ON g.name = w.counter)
        SELECT array_agg(x.ord ORDER BY x.ord),
               array_agg(x.prefix || CASE WHEN length(x.digits) >= x.width THEN x.digits
                                          ELSE lpad(x.digits, x.width, '0') END ORDER BY x.ord)
          INTO v_where, v_given FROM numbered x;
        FOR j IN 1 .. coalesce(cardinality(v_where), 0) LOOP
            v_assigned[v_where[j]] := v_given[j];
        END LOOP;
    END IF;

    -- The chain of each history.
    v_prev := array_fill(NULL::bytea, ARRAY[v_m]);
    v_hash := v_prev;
    FOR j IN 1 .. v_m LOOP
        i := e_act[j];
        CONTINUE WHEN v_out[i] <> 0;
        v_last := coalesce(v_head[i], a_head[i]);
        v_prev[j] := v_last;
        IF v_assigned[j] IS NULL THEN
            v_last := sha256(v_last || e_digest[j]);
        ELSE
            v_last := sha256(v_last || e_digest[j] || convert_to(v_assigned[j], 'UTF8'));
            IF e_kind[j] = 'ACCEPTED' THEN
                v_code[i] := v_assigned[j];
            ELSIF e_kind[j] = 'NUMBERED' THEN
                v_number[i] := v_assigned[j];
            END IF;
        END IF;
        v_hash[j] := v_last;
        v_head[i] := v_last;
    END LOOP;

    INSERT INTO motcua.dossier_event (dossier, seq, at, actor, on_behalf_of, agency, kind, role,
                                      assigned, payload, digest, prev_hash, hash)
    SELECT a_id[e.act], e.seq, e.at, e.actor, e.behalf, e.agency, e.kind, e.role, e.assigned,
           e.payload, e.digest, e.prev, e.hash
      FROM unnest(e_act, e_seq, e_kind, e_at, e_actor, e_behalf, e_agency, e_role, e_payload,
                  e_digest, v_assigned, v_prev, v_hash)
               e(act, seq, kind, at, actor, behalf, agency, role, payload, digest, assigned, prev,
                 hash)
     WHERE v_out[e.act] = 0;

    IF n_act IS NOT NULL THEN
        FOR i, j IN SELECT n.act, n.ord FROM unnest(n_act) WITH ORDINALITY n(act, ord) LOOP
            v_submission[i] := n_submission[j];
        END LOOP;
    END IF;
    IF v_new > 0 THEN
        INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version,
            receiving, competent, first_accepted, refused_incomplete, code, submission, procedure,
            procedure_hash, chain, submitted, first_decided, accepted, original_due, basis_due,
            current_due, supplemented, finished, returned, ended, closed, track_hash, number, state)
        SELECT a_id[n.act], a_seq[n.act], v_head[n.act], a_status[n.act], a_money[n.act],
               a_handover[n.act], a_sync[n.act], m.channel, n.version, m.receiving, m.competent,
               m.first_accepted, m.refused, v_code[n.act], n.submission, n.procedure, n.hash,
               n.chain,
               m.submitted, m.first_decided, m.accepted, m.original, m.basis, m.current,
               m.supplemented, m.finished, m.returned, m.ended, m.closed, m.track,
               v_number[n.act], a_state[n.act]
          FROM unnest(n_act, n_submission, n_procedure, n_version, n_hash, n_chain)
                   n(act, submission, procedure, version, hash, chain)
          JOIN unnest(m_act, m_channel, m_receiving, m_competent, m_submitted, m_first_decided, m_first_accepted, m_refused, m_accepted,
                      m_original, m_basis, m_current, m_supplemented, m_finished, m_returned,
                      m_ended, m_closed, m_track)
                   m(act, channel, receiving, competent, submitted, first_decided,
                     first_accepted, refused, accepted, original,
                     basis, current, supplemented, finished, returned, ended, closed, track)
            ON m.act = n.act
         WHERE v_out[n.act] = 0;
    END IF;
    IF v_stored > v_new THEN
        IF m_act IS NULL AND v_n = 1 THEN
            UPDATE motcua.dossier d
               SET seq = a_seq[1], head = v_head[1], status = a_status[1], money = a_money[1],
                   handover = a_handover[1], sync = a_sync[1], state = a_state[1],
                   number = coalesce(v_number[1], d.number)
             WHERE d.id = a_id[1];
        ELSIF m_act IS NULL THEN
            UPDATE motcua.dossier d
               SET seq = a.seq, head = v_head[a.ord], status = a.status, money = a.money,
                   handover = a.handover, sync = a.sync, state = a.state,
                   number = coalesce(v_number[a.ord], d.number)
              FROM unnest(a_id, a_expect, a_seq, a_status, a_money, a_handover, a_sync, a_state)
                       WITH ORDINALITY a(id, expect, seq, status, money, handover, sync, state, ord)
             WHERE d.id = a.id AND a.expect > 0 AND v_out[a.ord] = 0;
        ELSE
            UPDATE motcua.dossier d
               SET seq = a.seq, head = v_head[a.ord], status = a.status, money = a.money,
                   handover = a.handover, sync = a.sync, state = a.state,
                   number = coalesce(v_number[a.ord], d.number),
                   code = v_code[a.ord],
                   channel = coalesce(m.channel, d.channel),
                   receiving = coalesce(m.receiving, d.receiving),
                   competent = coalesce(m.competent, d.competent),
                   submitted = CASE WHEN m.act IS NULL THEN d.submitted ELSE m.submitted END,
                   first_decided = CASE WHEN m.act IS NULL THEN d.first_decided
                                        ELSE m.first_decided END,
                   first_accepted = CASE WHEN m.act IS NULL THEN d.first_accepted
                                         ELSE m.first_accepted END,
                   refused_incomplete = CASE WHEN m.act IS NULL THEN d.refused_incomplete
                                             ELSE m.refused END,
                   accepted = CASE WHEN m.act IS NULL THEN d.accepted ELSE m.accepted END,
                   original_due = CASE WHEN m.act IS NULL THEN d.original_due ELSE m.original END,
                   basis_due = CASE WHEN m.act IS NULL THEN d.basis_due ELSE m.basis END,
                   current_due = CASE WHEN m.act IS NULL THEN d.current_due ELSE m.current END,
                   supplemented = CASE WHEN m.act IS NULL THEN d.supplemented
                                       ELSE m.supplemented END,
                   finished = CASE WHEN m.act IS NULL THEN d.finished ELSE m.finished END,
                   returned = CASE WHEN m.act IS NULL THEN d.returned ELSE m.returned END,
                   ended = CASE WHEN m.act IS NULL THEN d.ended ELSE m.ended END,
                   closed = CASE WHEN m.act IS NULL THEN d.closed ELSE m.closed END,
                   track_hash = coalesce(m.track, d.track_hash)
              FROM unnest(a_id, a_expect, a_seq, a_status, a_money, a_handover, a_sync, a_state)
                       WITH ORDINALITY a(id, expect, seq, status, money, handover, sync, state, ord)
              LEFT JOIN unnest(m_act, m_channel, m_receiving, m_competent, m_submitted, m_first_decided, m_first_accepted, m_refused,
                               m_accepted, m_original, m_basis, m_current, m_supplemented,
                               m_finished, m_returned, m_ended, m_closed, m_track)
                       m(act, channel, receiving, competent, submitted, first_decided,
                     first_accepted, refused, accepted, original,
                         basis, current, supplemented, finished, returned, ended, closed, track)
                ON m.act = a.ord
             WHERE d.id = a.id AND a.expect > 0 AND v_out[a.ord] = 0;
        END IF;
    END IF;

    -- What columns alone cannot promise.
    IF m_act IS NOT NULL AND EXISTS (
        SELECT FROM unnest(m_act, m_accepted, m_original, m_basis, m_current, m_finished, m_returned)
                        m(act, accepted, original, basis, current, finished, returned)
         WHERE v_out[m.act] = 0
           AND ((v_code[m.act] IS NULL) <> (m.accepted IS NULL)
                OR (m.accepted IS NOT NULL
                    AND (m.original IS NULL OR m.basis IS NULL OR m.current IS NULL))
                OR (m.finished IS NOT NULL AND m.accepted IS NULL)
                OR (m.returned IS NOT NULL AND m.finished IS NULL))) THEN
        RAISE EXCEPTION 'instants of a dossier contradict each other'
            USING ERRCODE = 'check_violation';
    END IF;

    IF x_act IS NOT NULL THEN
        DELETE FROM motcua.task t USING unnest(x_act, x_task) x(act, task)
         WHERE t.dossier = a_id[x.act] AND t.task = x.task AND v_out[x.act] = 0;
    END IF;
    IF t_act IS NOT NULL THEN
        INSERT INTO motcua.task AS k (dossier, seq, officer, due, promised, opened, received, task,
                                      agency, version, role, code, procedure, step, name)
        SELECT a_id[t.act], a_seq[t.act], t.officer, t.due, t.promised, t.opened, t.received,
               t.task, t.agency, t.version, t.role, coalesce(v_code[t.act], v_submission[t.act]),
               t.procedure, t.step,
               coalesce(k_name[array_position(k_act, t.act)],
                        (SELECT c.name FROM motcua.dossier_content c WHERE c.dossier = a_id[t.act]))
          FROM unnest(t_act, t_task, t_agency, t_role, t_officer, t_procedure, t_version, t_step,
                      t_due, t_promised, t_opened, t_received)
                   t(act, task, agency, role, officer, procedure, version, step, due, promised,
                     opened, received)
         WHERE v_out[t.act] = 0
        ON CONFLICT (dossier, task) DO UPDATE SET seq = excluded.seq, officer = excluded.officer,
            due = excluded.due, promised = excluded.promised, opened = excluded.opened,
            received = excluded.received, agency = excluded.agency, role = excluded.role,
            code = excluded.code, step = excluded.step, name = excluded.name;
    END IF;
    -- Other open tasks carry the number of the last event too: it is the ETag of the whole dossier.
    IF v_stored > v_new AND v_n = 1 THEN
        UPDATE motcua.task t SET seq = a_seq[1]
         WHERE t.dossier = a_id[1] AND t.seq <> a_seq[1];
    ELSIF v_stored > v_new THEN
        UPDATE motcua.task t SET seq = a.seq
          FROM unnest(a_id, a_expect, a_seq) WITH ORDINALITY a(id, expect, seq, ord)
         WHERE t.dossier = a.id AND a.expect > 0 AND v_out[a.ord] = 0 AND t.seq <> a.seq;
    END IF;

    IF u_act IS NOT NULL THEN
        INSERT INTO motcua.due_ledger (dossier, seq, at, original, basis, current, cause)
        SELECT a_id[u.act], u.seq, u.at, u.original, u.basis, u.current, u.cause
          FROM unnest(u_act, u_seq, u_at, u_original, u_basis, u_current, u_cause)
                   u(act, seq, at, original, basis, current, cause)
         WHERE v_out[u.act] = 0;
    END IF;
    -- One narrow row a dossier with a running clock; what has fired is claimed by its key.
    IF w_act IS NOT NULL AND v_n = 1 AND w_at[1] IS NOT NULL THEN
        INSERT INTO motcua.timer AS t (dossier, at) VALUES (a_id[1], w_at[1])
        ON CONFLICT (dossier) DO UPDATE SET at = excluded.at;
    ELSIF w_act IS NOT NULL THEN
        INSERT INTO motcua.timer AS t (dossier, at)
        SELECT a_id[w.act], w.at FROM unnest(w_act, w_at) w(act, at)
         WHERE v_out[w.act] = 0 AND w.at IS NOT NULL
        ON CONFLICT (dossier) DO UPDATE SET at = excluded.at;
        DELETE FROM motcua.timer t USING unnest(w_act, w_at) w(act, at)
         WHERE w.at IS NULL AND v_out[w.act] = 0 AND t.dossier = a_id[w.act];
    END IF;
    IF 'REMINDED' = ANY (e_kind) THEN
        INSERT INTO motcua.timer_fired (dossier, clock, subject, visit, rung, since, seq, fired_at,
                                        late_minutes, agency, role, officer, does, why_not)
        SELECT a_id[e.act], coalesce(p.kind, 0), coalesce(p.subject, 0), coalesce(p.visit, 0),
               coalesce(p.rung, 0), p.since, e.seq, e.at, coalesce(p.late_minutes, 0),
               coalesce(p.told_agency, 0), coalesce(p.role, ''), coalesce(p.told, 0), p.does,
               p.why_not
          FROM unnest(e_act, e_seq, e_kind, e_at, e_payload) e(act, seq, kind, at, payload),
               jsonb_to_record(e.payload::jsonb)
                   p(kind smallint, subject integer, visit integer, rung smallint, since bigint,
                     late_minutes bigint, told_agency integer, role text, told bigint, does text,
                     why_not text)
         WHERE e.kind = 'REMINDED' AND v_out[e.act] = 0;
    END IF;
    IF o_act IS NOT NULL THEN
        IF 'notify' = ANY (o_kind) THEN
            INSERT INTO motcua.notification (dossier, officer, agency, role, body)
            SELECT a_id[o.act], coalesce(p.officer, 0), coalesce(p.agency, 0), coalesce(r.id, -1), o.body
              FROM unnest(o_act, o_kind, o_body) o(act, kind, body)
             CROSS JOIN LATERAL jsonb_to_record(o.body::jsonb) p(officer bigint, agency integer, role text)
              LEFT JOIN motcua.role r ON r.name = p.role
             WHERE o.kind = 'notify' AND v_out[o.act] = 0;
        END IF;
        IF array_remove(o_kind, 'notify') <> '{}' THEN
            INSERT INTO motcua.outbox (kind, dossier, seq, body)
            SELECT o.kind, a_id[o.act], a_seq[o.act], o.body
              FROM unnest(o_act, o_kind, o_body) o(act, kind, body)
             WHERE o.kind <> 'notify' AND v_out[o.act] = 0;
        END IF;
    END IF;
    IF k_act IS NOT NULL THEN
        INSERT INTO motcua.dossier_content (dossier, name, salt, body)
        SELECT a_id[k.act], k.name, k.salt, k.body
          FROM unnest(k_act, k_name, k_salt, k_body) k(act, name, salt, body)
         WHERE v_out[k.act] = 0
        ON CONFLICT (dossier) DO UPDATE SET name = excluded.name, salt = excluded.salt,
            body = excluded.body;
        IF v_stored > v_new THEN
            DELETE FROM motcua.dossier_search s USING unnest(k_act) k(act)
             WHERE s.dossier = a_id[k.act] AND v_out[k.act] = 0 AND a_expect[k.act] > 0;
        END IF;
    END IF;
    IF s_act IS NOT NULL THEN
        INSERT INTO motcua.dossier_search (dossier, agency, who, name, reversed, phone, identity)
        SELECT a_id[s.act], s.agency, s.who, s.name, s.reversed, s.phone, s.identity
          FROM unnest(s_act, s_agency, s_who, s_name, s_reversed, s_phone, s_identity)
                   s(act, agency, who, name, reversed, phone, identity)
         WHERE v_out[s.act] = 0;
    END IF;
    IF g_act IS NOT NULL THEN
        INSERT INTO motcua.dossier_file (dossier, hash, seq, component, name)
        SELECT a_id[g.act], g.hash, g.seq, g.component, g.name
          FROM unnest(g_act, g_hash, g_seq, g_component, g_name) g(act, hash, seq, component, name)
         WHERE v_out[g.act] = 0
        ON CONFLICT (dossier, hash, seq) DO NOTHING;
    END IF;

    -- What figures tell of a dossier follows behind the commit (figure_catch_up), from this event on.
    IF v_n = 1 THEN
        IF m_act IS NOT NULL OR u_act IS NOT NULL OR g_act IS NOT NULL OR e_kind && v_counted THEN
            INSERT INTO motcua.figure_behind (dossier, seq) VALUES (a_id[1], a_expect[1]);
        END IF;
    ELSIF m_act IS NOT NULL OR u_act IS NOT NULL OR g_act IS NOT NULL OR e_kind && v_counted THEN
        INSERT INTO motcua.figure_behind (dossier, seq)
        SELECT a_id[x.act], a_expect[x.act]
          FROM (SELECT unnest(m_act) AS act UNION SELECT unnest(u_act) UNION SELECT unnest(g_act)
                UNION SELECT e.act FROM unnest(e_act, e_kind) e(act, kind) WHERE e.kind = ANY (v_counted)) x
         WHERE v_out[x.act] = 0;
    END IF;

    FOR i IN 1 .. v_n LOOP
        CONTINUE WHEN v_out[i] <> 0 OR a_reply[i] IS NULL;
        v_answer[i] := '{"code":' || to_json(coalesce(v_code[i], v_submission[i]))::text
            || CASE WHEN v_number[i] IS NULL THEN ''
                    ELSE ',"number":' || to_json(v_number[i])::text END
            || CASE WHEN a_reply[i] = '{}' THEN '}' ELSE ',' || substr(a_reply[i], 2) END;
    END LOOP;
    IF v_keys > 0 AND v_n = 1 THEN
        INSERT INTO motcua.idempotency (key, account, body_hash, dossier, seq, assigned, answer, at)
        VALUES (a_key[1], a_account[1], a_body[1], a_id[1], a_seq[1],
                coalesce(v_number[1], v_code[1]), coalesce(v_answer[1], '{}'),
                statement_timestamp())
        ON CONFLICT (key) DO NOTHING;
        GET DIAGNOSTICS v_count = ROW_COUNT;
    ELSIF v_keys > 0 THEN
        INSERT INTO motcua.idempotency (key, account, body_hash, dossier, seq, assigned, answer, at)
        SELECT a.key, a.account, a.body, a.id, a.seq, coalesce(v_number[a.ord], v_code[a.ord]),
               coalesce(v_answer[a.ord], '{}'), statement_timestamp()
          FROM unnest(a_id, a_seq, a_account, a_key, a_body)
                   WITH ORDINALITY a(id, seq, account, key, body, ord)
         WHERE v_out[a.ord] = 0 AND a.key IS NOT NULL ORDER BY a.key
        ON CONFLICT (key) DO NOTHING;
        GET DIAGNOSTICS v_count = ROW_COUNT;
    END IF;
    IF v_keys > 0 AND v_count <> v_keys THEN
        RAISE EXCEPTION 'a key was used by somebody else meanwhile'
            USING ERRCODE = 'serialization_failure';
    END IF;

    RETURN QUERY
    SELECT o.ord, o.outcome, CASE WHEN o.outcome = 0 THEN o.seq END, o.code, o.number, o.answer,
           o.head
      FROM unnest(v_out, a_seq, v_code, v_number, v_answer, v_head)
               WITH ORDINALITY o(outcome, seq, code, number, answer, head, ord);
END
$$;
