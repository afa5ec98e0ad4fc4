-- All cells again in a fraction of the time: a year at a time in one pass over its dossiers, judged in sets and added
-- up before they are spread, where every dossier was judged and spread by itself.  Rows are compared a hundred thousand at a
-- time.  Each part is told (NOTICE), so that whoever waits sees how far it is.
SET LOCAL ROLE motcua_owner;

-- What figure_contribution tells of all settled dossiers (but those that wait), in the half months of four quarters (p_first: the first half month).
CREATE FUNCTION motcua.figure_year(p_first integer)
    RETURNS TABLE (span integer, place integer, other integer, since integer, facts integer, classes smallint,
                   procedure text, applicant text, n bigint)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET work_mem = '128MB' SET enable_sort = off
    SET plan_cache_mode = force_custom_plan SET jit = off AS $$
DECLARE
    v_last integer := p_first + 23;
    v_since timestamptz := motcua.figure_span_start(p_first);
    v_until timestamptz := motcua.figure_span_start(v_last + 1);
    v_ends timestamptz[] := ARRAY(SELECT motcua.figure_span_start(p_first + i) FROM generate_series(1, 24) i);
BEGIN
    RETURN QUERY
    WITH f AS (
        SELECT f.*, CASE WHEN f.accepted < v_since THEN p_first - 1 ELSE p_first + width_bucket(f.accepted, v_ends) END AS since,
               CASE WHEN f.closed < v_until THEN p_first + width_bucket(f.closed, v_ends) ELSE v_last + 1 END AS span
          FROM motcua.figure_dossier f
         WHERE f.accepted < v_until AND f.closed >= v_since AND motcua.figure_settles(f.closed, f.moved, f.due_at)
           AND NOT EXISTS (SELECT FROM motcua.figure_unsettled u WHERE u.dossier = f.dossier)),
    half AS (
        SELECT CASE WHEN s.span < f.span THEN 1000000 ELSE 0 END + s.span AS span, f.competent AS place, f.receiving AS other,
               CASE WHEN f.since < p_first THEN motcua.figure_span(f.accepted) ELSE f.since END AS since, j.flags AS facts,
               j.class + (b.class << 3) + (c.class << 6) AS classes, f.procedure, f.applicant
          FROM f CROSS JOIN LATERAL generate_series(greatest(f.since, p_first), least(f.span, v_last)) s(span)
         CROSS JOIN LATERAL (SELECT v_ends[s.span - p_first + 1] AS until OFFSET 0) u
         CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original, f.basis,
               f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, false, f.competent, u.until,
               'infinity', 0) j
         CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original, f.basis,
               f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, false, f.competent, u.until,
               'infinity', 1) b
         CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original, f.basis,
               f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, false, f.competent, u.until,
               'infinity', 2) c
         UNION ALL
        SELECT p_first + width_bucket(f.first_decided, v_ends), j.place, f.competent, motcua.figure_span(greatest(
               f.first_decided, f.accepted, f.supplemented, CASE WHEN f.refused_incomplete THEN f.closed END)), j.facts, 0,
               f.procedure, f.applicant
          FROM motcua.figure_dossier f
         CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted, f.accepted, f.supplemented,
               f.refused_incomplete, f.closed, f.channel, f.by_officer, false, f.receiving, 'infinity') j
         WHERE f.first_decided >= v_since AND f.first_decided < v_until AND motcua.figure_settles(f.closed, f.moved, f.due_at)
           AND NOT EXISTS (SELECT FROM motcua.figure_unsettled u WHERE u.dossier = f.dossier)),
    half_n AS MATERIALIZED (
        SELECT h.span, h.place, h.other, h.since, h.facts, h.classes::smallint AS classes, h.procedure, h.applicant, count(*) AS n
          FROM half h GROUP BY 1, 2, 3, 4, 5, 6, 7, 8),
    one AS (
        SELECT h.* FROM half_n h
         UNION ALL
        SELECT 2000000 + h.span / 6, h.place, h.other, motcua.figure_since(h.since), h.facts, h.classes, h.procedure, h.applicant,
               h.n
          FROM half_n h WHERE h.span < 1000000 AND h.span % 6 <> 5),
    pair AS ( -- every two agencies once
        SELECT x.place, x.other, x.place = x.other OR EXISTS (
               SELECT FROM motcua.figure_usual u WHERE u.place = x.place AND u.other = x.other) AS usual
          FROM (SELECT DISTINCT h.place, h.other FROM half_n h) x)
    SELECT o.span, o.place, o.other, o.since, o.facts, o.classes, NULL, o.applicant, sum(o.n)::bigint
      FROM one o GROUP BY 1, 2, 3, 4, 5, 6, 8
     UNION ALL
    SELECT o.span, CASE WHEN u.usual THEN 0 ELSE o.place END, CASE WHEN u.usual THEN 0 ELSE o.other END, o.since, o.facts,
           o.classes, o.procedure, o.applicant, sum(o.n)::bigint
      FROM one o JOIN pair u ON u.place = o.place AND u.other = o.other
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
     UNION ALL
    SELECT h.span, v.place, v.other, h.since, h.facts, h.classes, '', '', sum(h.n)::bigint
      FROM half_n h JOIN pair u ON u.place = h.place AND u.other = h.other
     CROSS JOIN LATERAL (SELECT 0 AS place, 0 AS other UNION ALL SELECT h.place, h.other WHERE NOT u.usual) v
     GROUP BY 1, 2, 3, 4, 5, 6;
END $$;

-- The years that settled dossiers were worked at in.
CREATE FUNCTION motcua.figure_years() RETURNS TABLE (first integer)
    LANGUAGE sql STABLE AS $$
    SELECT s * 24
      FROM (SELECT motcua.figure_span(min(least(f.first_decided, f.accepted))) / 24 AS first,
                   motcua.figure_span(max(greatest(f.first_decided, f.closed))) / 24 AS last
              FROM motcua.figure_dossier f WHERE motcua.figure_settles(f.closed, f.moved, f.due_at)) x
     CROSS JOIN generate_series(x.first, x.last) s
$$;

-- As in 0052, but as said above.  Acts go on meanwhile; whoever counts is refused (figure_follow).
CREATE OR REPLACE FUNCTION motcua.figure_rebuild(p_rows boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '128MB' SET jit = off AS $$
DECLARE
    v_n bigint := 0;
    v_all bigint;
    v_done bigint := 0;
    v_from bigint := -1;
    v_to bigint;
    v_some bigint;
    y record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('motcua.figure_rebuild'));
    PERFORM pg_advisory_xact_lock(hashtext('motcua.figure_fold'));
    LOCK TABLE motcua.figure_dossier, motcua.figure_unsettled, motcua.figure_undo, motcua.figure_cell,
        motcua.figure_open_cell
        IN SHARE ROW EXCLUSIVE MODE;
    IF p_rows THEN
        ALTER TABLE motcua.figure_dossier DISABLE TRIGGER USER; -- they follow with cells, which all go
        DELETE FROM motcua.figure_dossier f
         WHERE NOT EXISTS (SELECT FROM motcua.dossier d WHERE d.id = f.dossier
                              AND (d.first_decided IS NOT NULL OR d.accepted IS NOT NULL));
        SELECT count(*) INTO v_all FROM motcua.dossier;
        LOOP
            SELECT max(x.id), count(*) INTO v_to, v_some FROM (
                SELECT d.id FROM motcua.dossier d WHERE d.id > v_from ORDER BY d.id LIMIT 100000) x;
            EXIT WHEN v_to IS NULL;
            INSERT INTO motcua.figure_dossier
            SELECT r.* FROM motcua.figure_recount r LEFT JOIN motcua.figure_dossier f ON f.dossier = r.dossier
             WHERE r.dossier > v_from AND r.dossier <= v_to AND f.* IS DISTINCT FROM r.*
                ON CONFLICT (dossier) DO UPDATE SET officer = excluded.officer, first_decided = excluded.first_decided,
                   accepted = excluded.accepted, original = excluded.original, basis = excluded.basis,
                   current = excluded.current, due_at = excluded.due_at, stopped = excluded.stopped,
                   supplemented = excluded.supplemented, closed = excluded.closed, receiving = excluded.receiving,
                   competent = excluded.competent, channel = excluded.channel, resolved = excluded.resolved,
                   refused = excluded.refused, first_accepted = excluded.first_accepted,
                   refused_incomplete = excluded.refused_incomplete, by_officer = excluded.by_officer,
                   moved = excluded.moved, procedure = excluded.procedure, applicant = excluded.applicant;
            v_done := v_done + v_some;
            v_from := v_to;
            RAISE NOTICE 'dossiers % %', v_done, v_all;
        END LOOP;
        ALTER TABLE motcua.figure_dossier ENABLE TRIGGER USER;
    END IF;
    DELETE FROM motcua.figure_unsettled;
    DELETE FROM motcua.figure_undo;
    DELETE FROM motcua.figure_cell;
    DELETE FROM motcua.figure_usual;
    INSERT INTO motcua.figure_usual (place, other)
    SELECT DISTINCT v.place, v.other
      FROM (SELECT DISTINCT f.competent, f.receiving FROM motcua.figure_dossier f
             WHERE motcua.figure_settles(f.closed, f.moved, f.due_at)) f
     CROSS JOIN LATERAL (VALUES (f.competent, f.receiving), (f.receiving, f.competent)) v(place, other)
      JOIN motcua.agency a ON a.id = f.receiving AND a.parent = f.competent
        ON CONFLICT DO NOTHING;
    FOR y IN SELECT v.first, row_number() OVER (ORDER BY v.first) AS done, count(*) OVER () AS n FROM motcua.figure_years() v LOOP
        INSERT INTO motcua.figure_cell (span, place, other, since, facts, classes, procedure, applicant, n)
        SELECT c.span, c.place, c.other, c.since, c.facts, c.classes, c.procedure, c.applicant, c.n
          FROM motcua.figure_year(y.first) c;
        GET DIAGNOSTICS v_some = ROW_COUNT;
        v_n := v_n + v_some;
        RAISE NOTICE 'years % %', y.done, y.n;
    END LOOP;
    DELETE FROM motcua.figure_open_cell;
    INSERT INTO motcua.figure_open_cell
    SELECT k.*, count(*) FROM motcua.figure_dossier f CROSS JOIN LATERAL motcua.figure_open_key(f) k
     WHERE f.closed IS NULL
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
    RETURN v_n;
END 
$$;

-- Figures follow, or say at once that they cannot while everything is made again: acts of the same connection do not wait.
CREATE FUNCTION motcua.figure_follow(p_most integer) RETURNS bigint
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(hashtext('motcua.figure_rebuild')) THEN
        RAISE 'figures are being made again' USING ERRCODE = 'insufficient_resources';
    END IF;
    RETURN motcua.figure_catch_up(p_most);
END $$;

REVOKE EXECUTE ON FUNCTION motcua.figure_follow, motcua.figure_year, motcua.figure_years FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_year, motcua.figure_years TO motcua_app, motcua_report;
GRANT EXECUTE ON FUNCTION motcua.figure_follow TO motcua_app;
