-- After a burst of acts the lines that figures follow by are many, and those that were taken lie before the others until
-- they are vacuumed (while a long report runs, they cannot be): every commit went over all of them again, which grows with
-- the square of the burst.  Each connection remembers where it was (motcua.figure_behind, a setting of the session); it
-- begins again from the start when it finds fewer lines than it may take, so none is left out.
SET LOCAL ROLE motcua_owner;

-- As in 0038 but for the lines that are taken.
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
