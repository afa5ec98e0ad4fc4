-- Where a dossier was taken in stays as it was, whatever is merged later: the unit of its row was the one that it lies with now, so a
-- merger moved receipts of the past to the successor and made those outside the territory that never were.  The row has the unit
-- that took it in; whether that lay outside the territory is said by the competent agency of that time.
-- Data used again is told of what was taken in, from then on: the figure divides by what was taken in.
-- What is owed from the acceptance on counts with the unit that took it in, not with another one that had returned it before: a move
-- that was an event of the same act came before it.
SET LOCAL ROLE motcua_owner;

-- 128 (common/figures/facts.h) or 0, of one that was moved.
CREATE FUNCTION motcua.figure_elsewhere(p_dossier bigint, p_accepted timestamptz, p_receiving integer, p_competent integer,
                                        p_body integer[])
    RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_body[p_receiving] <> p_body[coalesce((
                SELECT g.competent FROM motcua.place_ledger g
                 WHERE g.dossier = p_dossier AND g.at > p_accepted ORDER BY g.seq LIMIT 1), p_competent)] THEN 128 ELSE 0 END
$$;

-- As in 0038, but for the receiving unit.
CREATE OR REPLACE VIEW motcua.figure_recount AS
    SELECT d.id AS dossier, f.officer, f.first_decided, f.accepted, f.original, f.basis, f.current,
           coalesce(l.at, f.due_at) AS due_at, CASE WHEN l.cause = 'stopped' THEN l.at END AS stopped, f.supplemented,
           f.closed,
           coalesce((SELECT g.receiving FROM motcua.place_ledger g WHERE g.dossier = d.id AND g.at > d.accepted
                      ORDER BY g.seq LIMIT 1), f.receiving) AS receiving, f.competent, f.channel, f.resolved, f.refused, f.first_accepted,
           f.refused_incomplete, f.by_officer,
           EXISTS (SELECT FROM motcua.place_ledger g WHERE g.dossier = d.id) AS moved, f.procedure, f.applicant
      FROM motcua.dossier d
     CROSS JOIN LATERAL motcua.figure_fact(d) f
      LEFT JOIN LATERAL (SELECT u.at, u.cause FROM motcua.due_ledger u WHERE u.dossier = d.id
                          ORDER BY u.seq DESC LIMIT 1) l ON true
     WHERE d.first_decided IS NOT NULL OR d.accepted IS NOT NULL;

-- As in 0031, 0057 and 0050, but for the territory of those that were moved (figure_told: 0066); of a page the territory is looked at
-- before anything is judged.
CREATE OR REPLACE FUNCTION motcua.figure_work(p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                   p_observed timestamptz, p_past boolean, p_body integer[])
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer,
                   channel smallint, officer bigint, procedure text, applicant text,
                   accepted timestamptz, due timestamptz, closed timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT p.k, f.dossier, j.class + j.flags + CASE WHEN f.accepted >= p_bounds[p.k] THEN 8 ELSE 0 END
           + CASE WHEN f.moved THEN motcua.figure_elsewhere(f.dossier, f.accepted, f.receiving, f.competent, p_body)
                  WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END,
           j.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted, j.due,
           CASE WHEN f.closed < p_bounds[p.k + 1] THEN f.closed END
      FROM (
           SELECT f.* FROM motcua.figure_dossier f
            WHERE f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL AND f.closed IS NULL
              AND f.accepted < p_bounds[cardinality(p_bounds)]
            UNION ALL
           SELECT f.* FROM motcua.figure_dossier f
            WHERE f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL
              AND f.closed >= p_bounds[1] AND f.closed < p_bounds[cardinality(p_bounds)]
            UNION ALL
           SELECT f.* FROM motcua.figure_dossier f
            WHERE p_past AND f.competent = ANY (p_agencies) AND f.closed IS NOT NULL
              AND f.closed >= p_bounds[cardinality(p_bounds)]
              AND f.accepted >= p_bounds[cardinality(p_bounds)] - interval '60 days'
              AND f.accepted < p_bounds[cardinality(p_bounds)]
            UNION ALL
           SELECT f.* FROM motcua.figure_dossier f
            WHERE p_past AND f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL
              AND f.closed - f.accepted > interval '60 days'
              AND f.closed >= p_bounds[cardinality(p_bounds)]
              AND f.accepted < p_bounds[cardinality(p_bounds)] - interval '60 days'
            UNION ALL
           SELECT f.* FROM motcua.figure_dossier f
            WHERE f.moved AND NOT f.competent = ANY (p_agencies)
              AND (f.closed IS NULL OR f.closed >= p_bounds[1])
              AND f.accepted < p_bounds[cardinality(p_bounds)]) f
      JOIN generate_series(1, cardinality(p_bounds) - 1) p(k)
        ON f.accepted < p_bounds[p.k + 1] AND (f.closed IS NULL OR f.closed >= p_bounds[p.k])
     CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
           f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
           f.competent, p_bounds[p.k + 1], p_observed, p_basis) j
     WHERE j.place = ANY (p_agencies)
$$;

CREATE OR REPLACE FUNCTION motcua.figure_officer(p_officer bigint, p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                      p_observed timestamptz, p_past boolean, p_body integer[])
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer,
                   channel smallint, officer bigint, procedure text, applicant text,
                   accepted timestamptz, due timestamptz, closed timestamptz)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    v_since timestamptz := p_bounds[1];
    v_until timestamptz := p_bounds[cardinality(p_bounds)];
BEGIN
    RETURN QUERY
    SELECT width_bucket(f.first_decided, p_bounds), f.dossier,
           j.facts + CASE WHEN p_body[j.place] <> p_body[f.competent] THEN 128 ELSE 0 END, j.place, j.place,
           f.channel, f.officer, f.procedure, f.applicant, f.accepted, f.current, f.closed
      FROM (SELECT DISTINCT e.dossier FROM motcua.dossier_event e
             WHERE e.actor = p_officer AND e.kind = 'ATTEMPT_DECIDED' AND e.at >= v_since AND e.at < v_until) d
      JOIN motcua.figure_dossier f ON f.dossier = d.dossier
     CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
           f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
           f.receiving, p_observed) j
     WHERE f.first_decided >= v_since AND f.first_decided < v_until AND j.place = ANY (p_agencies)
       AND p_officer = (SELECT e.actor FROM motcua.dossier_event e
                         WHERE e.dossier = f.dossier AND e.kind = 'ATTEMPT_DECIDED' ORDER BY e.seq LIMIT 1);
    RETURN QUERY
    SELECT p.k, f.dossier, j.class + j.flags + CASE WHEN f.accepted >= p_bounds[p.k] THEN 8 ELSE 0 END
           + CASE WHEN f.moved THEN motcua.figure_elsewhere(f.dossier, f.accepted, f.receiving, f.competent, p_body)
                  WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END,
           j.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, f.accepted, j.due,
           CASE WHEN f.closed < p_bounds[p.k + 1] THEN f.closed END
      FROM (SELECT f.* FROM motcua.figure_dossier f WHERE f.officer = p_officer AND f.officer <> 0 AND f.closed >= v_since
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f WHERE f.officer = p_officer AND f.officer <> 0 AND f.closed IS NULL
             UNION ALL
            SELECT f.* FROM (SELECT DISTINCT t.dossier FROM motcua.task t WHERE t.officer = p_officer AND t.officer <> 0) t
              JOIN motcua.figure_dossier f ON f.dossier = t.dossier
             WHERE f.officer = 0 AND p_officer = (SELECT t.officer FROM motcua.task t
                    WHERE t.dossier = f.dossier AND left(t.step, 1) <> '@' ORDER BY t.due LIMIT 1)
               AND (f.closed IS NULL OR f.closed >= v_since)) f
      JOIN generate_series(1, cardinality(p_bounds) - 1) p(k)
        ON f.accepted < p_bounds[p.k + 1] AND (f.closed IS NULL OR f.closed >= p_bounds[p.k])
     CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
           f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
           f.competent, p_bounds[p.k + 1], p_observed, p_basis) j
     WHERE (p_past OR f.moved OR f.closed IS NULL OR f.closed < v_until) AND j.place = ANY (p_agencies);
END $$;

CREATE OR REPLACE FUNCTION motcua.figure_shown(
        f motcua.figure_dossier, p_agencies integer[], p_procedures text[], p_since timestamptz, p_until timestamptz,
        p_basis integer, p_observed timestamptz, p_body integer[], p_by integer, p_keys text[], p_channel integer,
        p_receivings integer[], p_applicant text, p_classes integer, p_needs integer, p_without integer, p_channels integer)
    RETURNS TABLE (facts integer, place integer, due timestamptz)
    LANGUAGE sql STABLE AS $$
    SELECT x.facts, j.place, j.due
      FROM motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original, f.basis, f.current,
               f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved, f.competent, p_until, p_observed,
               p_basis) j
     CROSS JOIN LATERAL (SELECT j.class + j.flags + CASE WHEN f.accepted >= p_since THEN 8 ELSE 0 END
           + CASE WHEN f.moved THEN motcua.figure_elsewhere(f.dossier, f.accepted, f.receiving, f.competent, p_body)
                  WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END AS facts) x
     WHERE motcua.figure_may(f, p_until, p_basis, p_classes, p_needs)
       AND (p_needs & 128 = 0 OR f.moved OR p_body[f.receiving] <> p_body[f.competent])
       AND j.place = ANY (p_agencies) AND ((1 << j.class) & p_classes) <> 0 AND (x.facts & p_needs) = p_needs
       AND (x.facts & p_without) = 0 AND ((1 << f.channel) & p_channels) <> 0
       AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures)) AND (p_channel < 0 OR f.channel = p_channel)
       AND (p_receivings IS NULL OR f.receiving = ANY (p_receivings))
       AND (p_applicant IS NULL OR f.applicant = p_applicant)
       AND (p_keys IS NULL OR CASE p_by WHEN 1 THEN j.place::text WHEN 2 THEN f.procedure WHEN 4 THEN f.channel::text
            WHEN 5 THEN f.receiving::text WHEN 6 THEN f.applicant END = ANY (p_keys))
$$;

-- As in 0038 and 0044, but for moves of the same act.
CREATE OR REPLACE FUNCTION motcua.figure_item_put(p_dossier bigint, p_seq bigint, p_kind integer, p_no bigint,
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
                          WHERE l.dossier = d.id AND l.seq >= p_seq
                            AND l.at > (SELECT e.at FROM motcua.dossier_event e WHERE e.dossier = d.id AND e.seq = p_seq) ORDER BY l.seq LIMIT 1) g ON true
     WHERE d.id = p_dossier
        ON CONFLICT (dossier, kind, no) DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION motcua.figure_catch_up(p_most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    v_dossier bigint[];
    v_after bigint[];
    v_lines bigint;
    v_line tid[];
    e motcua.dossier_event;
    f motcua.dossier_file;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('motcua.figure_fold'));
    v_line := ARRAY(SELECT b.ctid FROM motcua.figure_behind b
                     WHERE b.ctid >= coalesce(nullif(current_setting('motcua.figure_behind', true), ''), '(0,0)')::tid
                     LIMIT p_most);
    IF cardinality(v_line) < p_most THEN
        v_line := ARRAY(SELECT b.ctid FROM motcua.figure_behind b LIMIT p_most);
    END IF;
    IF cardinality(v_line) = 0 THEN
        RETURN 0;
    END IF;
    PERFORM set_config('motcua.figure_behind', v_line[cardinality(v_line)]::text, false);
    WITH taken AS (
        DELETE FROM motcua.figure_behind b WHERE b.ctid = ANY (v_line) RETURNING b.dossier, b.seq),
    one AS (SELECT t.dossier, min(t.seq) AS seq FROM taken t GROUP BY 1)
    SELECT array_agg(o.dossier ORDER BY o.dossier), array_agg(o.seq ORDER BY o.dossier), (SELECT count(*) FROM taken)
      INTO v_dossier, v_after, v_lines FROM one o;

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
                          WHERE l.dossier = d.id AND l.seq >= a.seq AND l.at > a.at ORDER BY l.seq LIMIT 1) g ON true
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
             JOIN motcua.place_ledger l ON l.dossier = r.dossier AND l.seq >= r.seq AND l.at > r.at
            WHERE r.dossier = d.id AND r.kind = 'RESULT_READY' ORDER BY r.seq, l.seq LIMIT 1) g ON true
     WHERE d.id = ANY (v_dossier) AND d.finished IS NOT NULL
     ORDER BY 1
        ON CONFLICT (dossier, kind, no) DO UPDATE SET closed = excluded.closed, outcome = excluded.outcome
         WHERE i.closed IS NULL AND excluded.closed IS NOT NULL;

    FOR f IN SELECT h.* FROM unnest(v_dossier, v_after) b(dossier, seq)
               JOIN motcua.dossier_file h ON h.dossier = b.dossier AND (h.seq > b.seq OR EXISTS (
                     SELECT FROM motcua.dossier_event a WHERE a.dossier = b.dossier AND a.seq > b.seq AND a.kind = 'ACCEPTED'))
              WHERE h.component IS NOT NULL ORDER BY h.dossier, h.seq LOOP
        PERFORM motcua.figure_item_file(f);
    END LOOP;
    RETURN v_lines;
END $$;

-- As in 0038, but data used again counts with the acceptance.
CREATE OR REPLACE FUNCTION motcua.figure_item_file(f motcua.dossier_file) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_at timestamptz;
    v_actor bigint;
    a motcua.dossier_event;
BEGIN
    SELECT * INTO a FROM motcua.dossier_event e WHERE e.dossier = f.dossier AND e.kind = 'ACCEPTED' ORDER BY e.seq LIMIT 1;
    IF a.seq IS NULL THEN
        RETURN; -- told when it is taken in
    END IF;
    SELECT e.at, e.actor INTO v_at, v_actor FROM motcua.dossier_event e WHERE e.dossier = f.dossier AND e.seq = f.seq;
    UPDATE motcua.figure_item SET closed = greatest(v_at, opened)
     WHERE dossier = f.dossier AND kind = 12 AND no = 0 AND closed IS NULL;
    IF EXISTS (SELECT FROM motcua.dossier_file o
                 JOIN motcua.dossier_event e ON e.dossier = o.dossier AND e.seq = o.seq
                WHERE o.hash = f.hash AND o.dossier <> f.dossier AND e.at < v_at) THEN
        PERFORM motcua.figure_item_put(f.dossier, a.seq, 13, 0, a.at, NULL, greatest(v_at, a.at), coalesce(v_actor, 0), 0, -1, 0);
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.figure_elsewhere FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_elsewhere TO motcua_app, motcua_report;

DELETE FROM motcua.figure_item i USING motcua.dossier d WHERE i.kind = 13 AND d.id = i.dossier AND d.accepted IS NULL;
UPDATE motcua.figure_item i SET opened = d.accepted, closed = greatest(i.closed, d.accepted)
  FROM motcua.dossier d WHERE i.kind = 13 AND d.id = i.dossier AND i.opened <> d.accepted;
-- Those that were moved are made again.
DELETE FROM motcua.figure_item i WHERE EXISTS (SELECT FROM motcua.place_ledger g WHERE g.dossier = i.dossier);
INSERT INTO motcua.figure_behind (dossier, seq) SELECT DISTINCT g.dossier, 0 FROM motcua.place_ledger g;
