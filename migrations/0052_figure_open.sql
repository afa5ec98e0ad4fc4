-- A dashboard of the whole city looks neither through all that is open nor through what came from elsewhere.
-- What is open is kept as cells too (figure_open_cell): by half months of acceptance and first decision, facts, and the days on
-- which the three dates fall.  At any moment a dossier due on another day is overdue or not as its day says; those due on
-- that very day are looked at one by one (nothing told of them lies ahead of that moment).  The rows of figure_dossier keep
-- them, in the same transaction: they are always what those rows say.  Moments that are past look at the rows.
-- Cells of the whole (procedure '') hold all dossiers without agencies (place 0), and beside that how many of these came from
-- where; asked for only where the territory matters (p_want 16: it does not).
-- Of dossiers for which papers were asked for only those are read; what no cells tell is judged in short where that is enough.
SET LOCAL ROLE motcua_owner;

CREATE INDEX figure_cell_papers ON motcua.figure_cell (span)
    WHERE procedure <> '' AND facts & 256 <> 0 AND facts < 1 << 30;
CREATE INDEX figure_open_papers ON motcua.figure_dossier (accepted)
    WHERE closed IS NULL AND accepted IS NOT NULL AND supplemented IS NOT NULL;
-- Dossiers of one date, by it; all others.  (Nothing else may be found by these: PostgreSQL thinks that few are open.)
CREATE INDEX figure_open_due ON motcua.figure_dossier (basis)
    WHERE closed IS NULL AND accepted IS NOT NULL AND original = basis AND current = basis;
CREATE INDEX figure_open_put_off ON motcua.figure_dossier (basis)
    WHERE closed IS NULL AND accepted IS NOT NULL AND (original = basis AND current = basis) IS NOT TRUE;

-- The agencies that a cell of the whole keeps: none, and beside that a pair that is no usual one.
CREATE FUNCTION motcua.figure_pairs(p_place integer, p_other integer) RETURNS TABLE (place integer, other integer)
    LANGUAGE sql STABLE AS $$
    SELECT 0, 0
     UNION ALL
    SELECT p_place, p_other
     WHERE p_place <> p_other AND NOT EXISTS (SELECT FROM motcua.figure_usual u WHERE u.place = p_place AND u.other = p_other)
$$;

-- As in 0046 but for those.
CREATE OR REPLACE FUNCTION motcua.figure_contribution(f motcua.figure_dossier)
    RETURNS TABLE (span integer, place integer, other integer, since integer, facts integer, classes smallint,
                   procedure text, applicant text)
    LANGUAGE sql STABLE AS $$
    WITH half AS (
        SELECT CASE WHEN s.span < motcua.figure_span(f.closed) THEN 1000000 ELSE 0 END + s.span AS span, j.place,
               f.receiving AS other, motcua.figure_span(f.accepted) AS since, min(j.flags) AS facts,
               sum(j.class << b.basis * 3)::smallint AS classes
          FROM generate_series(motcua.figure_span(f.accepted), motcua.figure_span(f.closed)) s(span)
         CROSS JOIN generate_series(0, 2) b(basis)
         CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused, f.original,
               f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
               f.competent, motcua.figure_span_start(s.span + 1), 'infinity', b.basis) j
         WHERE f.accepted IS NOT NULL
         GROUP BY 1, 2
         UNION ALL
        SELECT motcua.figure_span(f.first_decided), j.place, f.competent, motcua.figure_span(
               greatest(f.first_decided, f.accepted, f.supplemented,
                        CASE WHEN f.refused_incomplete THEN f.closed END)), j.facts, 0::smallint
          FROM motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted, f.accepted, f.supplemented,
               f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved, f.receiving, 'infinity') j
         WHERE f.first_decided IS NOT NULL),
    one AS (
        SELECT h.* FROM half h
         UNION ALL
        SELECT 2000000 + h.span / 6, h.place, h.other, motcua.figure_since(h.since), h.facts, h.classes FROM half h
         WHERE h.span < 1000000 AND h.span % 6 <> 5)
    SELECT o.span, o.place, o.other, o.since, o.facts, o.classes, NULL, f.applicant FROM one o
     UNION ALL
    SELECT o.span, CASE WHEN u.usual THEN 0 ELSE o.place END, CASE WHEN u.usual THEN 0 ELSE o.other END, o.since,
           o.facts, o.classes, f.procedure, f.applicant
      FROM one o
     CROSS JOIN LATERAL (SELECT o.place = o.other OR EXISTS (SELECT FROM motcua.figure_usual u
                                 WHERE u.place = o.place AND u.other = o.other) AS usual) u
     UNION ALL
    SELECT h.span, v.place, v.other, h.since, h.facts, h.classes, '', ''
      FROM half h CROSS JOIN LATERAL motcua.figure_pairs(h.place, h.other) v
$$;

INSERT INTO motcua.figure_cell AS t (span, place, other, since, facts, classes, procedure, applicant, n)
    SELECT c.span, 0, 0, c.since, c.facts, c.classes, '', '', sum(c.n)
      FROM motcua.figure_cell c WHERE c.procedure = '' AND c.place <> 0
     GROUP BY 1, 4, 5, 6
        ON CONFLICT (span, procedure, place, other, since, facts, classes, applicant) WHERE procedure IS NOT NULL
        DO UPDATE SET n = t.n + excluded.n;
INSERT INTO motcua.figure_undo (span, place, other, since, facts, classes, procedure, applicant, n)
    SELECT u.span, 0, 0, u.since, u.facts, u.classes, '', '', u.n
      FROM motcua.figure_undo u WHERE u.procedure = '' AND u.place <> 0;

-- ---------------------------------------------------------------- what is open
CREATE FUNCTION motcua.figure_due(f motcua.figure_dossier, p_basis integer) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE p_basis WHEN 0 THEN f.original WHEN 1 THEN f.basis ELSE f.current END
$$;
CREATE FUNCTION motcua.figure_due_day(t timestamptz) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT motcua.figure_day(t) - date '2000-01-01' $$;
-- Class, supplement, apology, refusal at p_until as figure_judge tells them, where dates and supplement were told before.
CREATE FUNCTION motcua.figure_facts(f motcua.figure_dossier, p_until timestamptz, p_basis integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN f.closed < p_until THEN
                     CASE WHEN NOT f.resolved THEN 6
                          WHEN f.closed > CASE p_basis WHEN 0 THEN f.original WHEN 1 THEN f.basis ELSE f.current END THEN 2
                          WHEN motcua.figure_day(f.closed) < motcua.figure_day(CASE p_basis WHEN 0 THEN f.original
                               WHEN 1 THEN f.basis ELSE f.current END) THEN 0
                          ELSE 1 END + CASE WHEN f.refused AND f.resolved THEN 1024 ELSE 0 END
                WHEN CASE p_basis WHEN 0 THEN f.original WHEN 1 THEN f.basis ELSE f.current END < coalesce(f.stopped, p_until) THEN 4
                WHEN f.stopped IS NOT NULL THEN 5
                ELSE 3 END
           + CASE WHEN f.supplemented IS NOT NULL THEN 256 ELSE 0 END + CASE WHEN f.current > f.basis THEN 512 ELSE 0 END
$$;

-- since 0: not accepted yet; first 0: nothing decided yet.  original, basis, current: days since 2000 (local), 9999999 without a
-- date; of what stands still -1: it was late by then, -2: it was not.  facts: bits 4 to 9 as in common/figures/facts.h,
-- from bit 12 those of the first submission.  place, other: as in cells of the whole.
CREATE TABLE motcua.figure_open_cell (
    since integer NOT NULL,
    first integer NOT NULL,
    place integer NOT NULL,
    other integer NOT NULL,
    facts integer NOT NULL,
    original integer NOT NULL,
    basis integer NOT NULL,
    current integer NOT NULL,
    n integer NOT NULL
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX figure_open_cell_key ON motcua.figure_open_cell
    (since, first, place, other, facts, original, basis, current);

CREATE FUNCTION motcua.figure_open_key(f motcua.figure_dossier)
    RETURNS TABLE (since integer, first integer, place integer, other integer, facts integer, original integer,
                   basis integer, current integer)
    LANGUAGE sql STABLE AS $$
    SELECT coalesce(motcua.figure_span(f.accepted), 0), coalesce(motcua.figure_span(f.first_decided), 0), v.place, v.other,
           (f.channel::integer << 4) + CASE WHEN f.by_officer THEN 64 ELSE 0 END
           + CASE WHEN f.supplemented IS NOT NULL THEN 256 ELSE 0 END + CASE WHEN f.current > f.basis THEN 512 ELSE 0 END
           + (j.facts << 12), d.due[1], d.due[2], d.due[3]
      FROM (SELECT array_agg(CASE WHEN f.accepted IS NULL THEN 9999999
                                  WHEN f.stopped IS NULL THEN coalesce(motcua.figure_due_day(motcua.figure_due(f, b)), 9999999)
                                  WHEN motcua.figure_due(f, b) < f.stopped THEN -1 ELSE -2 END ORDER BY b) AS due
              FROM generate_series(0, 2) b) d
     CROSS JOIN LATERAL (SELECT j.facts & 15 AS facts
             FROM motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
           f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved, f.receiving, 'infinity') j) j
     CROSS JOIN LATERAL motcua.figure_pairs(f.competent, f.receiving) v
     WHERE f.closed IS NULL AND NOT f.moved AND (f.accepted IS NOT NULL OR f.first_decided IS NOT NULL)
$$;
INSERT INTO motcua.figure_open_cell
    SELECT k.*, count(*) FROM motcua.figure_dossier f CROSS JOIN LATERAL motcua.figure_open_key(f) k
     WHERE f.closed IS NULL
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

-- The argument of the trigger: 1 rows that are now, -1 rows that were.
CREATE FUNCTION motcua.figure_open_count() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM changed) THEN
        RETURN NULL;
    END IF;
    INSERT INTO motcua.figure_open_cell AS t
    SELECT k.*, count(*) * TG_ARGV[0]::integer FROM changed f CROSS JOIN LATERAL motcua.figure_open_key(ROW(f.*)::motcua.figure_dossier) k
     WHERE f.closed IS NULL
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
        ON CONFLICT (since, first, place, other, facts, original, basis, current) DO UPDATE SET n = t.n + excluded.n;
    RETURN NULL;
END $$;
CREATE TRIGGER figure_open_new AFTER INSERT ON motcua.figure_dossier
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION motcua.figure_open_count('1');
CREATE TRIGGER figure_open_was AFTER UPDATE ON motcua.figure_dossier
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION motcua.figure_open_count('-1');
CREATE TRIGGER figure_open_is AFTER UPDATE ON motcua.figure_dossier
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION motcua.figure_open_count('1');
CREATE TRIGGER figure_open_gone AFTER DELETE ON motcua.figure_dossier
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION motcua.figure_open_count('-1');

-- As in 0031, and cells of what is open that came to nothing go.
CREATE OR REPLACE FUNCTION motcua.figure_fold(p_most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_taken bigint[];
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('motcua.figure_fold')) THEN
        RETURN 0;
    END IF;
    v_taken := ARRAY(SELECT u.dossier FROM motcua.figure_unsettled u ORDER BY u.dossier LIMIT p_most
                        FOR UPDATE SKIP LOCKED);
    INSERT INTO motcua.figure_usual (place, other)
    SELECT DISTINCT v.place, v.other FROM motcua.figure_dossier f
     CROSS JOIN LATERAL (VALUES (f.competent, f.receiving), (f.receiving, f.competent)) v(place, other)
      JOIN motcua.agency a ON a.id = f.receiving AND a.parent = f.competent
     WHERE f.dossier = ANY (v_taken)
        ON CONFLICT DO NOTHING;
    WITH undone AS (DELETE FROM motcua.figure_undo RETURNING *),
    moved AS MATERIALIZED (
        SELECT c.span, c.place, c.other, c.since, c.facts, c.classes, c.procedure, c.applicant, sum(c.n)::integer AS n
          FROM (SELECT k.span, k.place, k.other, k.since, k.facts, k.classes, k.procedure, k.applicant, 1 AS n
                  FROM motcua.figure_dossier f CROSS JOIN LATERAL motcua.figure_contribution(f) k
                 WHERE f.dossier = ANY (v_taken)
                 UNION ALL
                SELECT u.span, u.place, u.other, u.since, u.facts, u.classes, u.procedure, u.applicant, u.n
                  FROM undone u) c
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8),
    agencies AS (
        INSERT INTO motcua.figure_cell AS t (span, place, other, since, facts, classes, applicant, n)
        SELECT m.span, m.place, m.other, m.since, m.facts, m.classes, m.applicant, m.n FROM moved m
         WHERE m.procedure IS NULL
            ON CONFLICT (place, span, other, since, facts, classes, applicant) WHERE procedure IS NULL
            DO UPDATE SET n = t.n + excluded.n)
    INSERT INTO motcua.figure_cell AS t (span, place, other, since, facts, classes, procedure, applicant, n)
    SELECT m.span, m.place, m.other, m.since, m.facts, m.classes, m.procedure, m.applicant, m.n FROM moved m
     WHERE m.procedure IS NOT NULL
        ON CONFLICT (span, procedure, place, other, since, facts, classes, applicant) WHERE procedure IS NOT NULL
        DO UPDATE SET n = t.n + excluded.n;
    DELETE FROM motcua.figure_unsettled u WHERE u.dossier = ANY (v_taken);
    DELETE FROM motcua.figure_open_cell c WHERE c.n = 0;
    RETURN cardinality(v_taken);
END 
$$;

-- As in 0031, with the cells of what is open.
CREATE OR REPLACE FUNCTION motcua.figure_rebuild(p_rows boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_n bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('motcua.figure_fold'));
    LOCK TABLE motcua.figure_dossier, motcua.figure_unsettled, motcua.figure_undo, motcua.figure_cell,
        motcua.figure_open_cell
        IN SHARE ROW EXCLUSIVE MODE;
    IF p_rows THEN
        DELETE FROM motcua.figure_dossier f
         WHERE NOT EXISTS (SELECT FROM motcua.figure_recount r WHERE r.dossier = f.dossier);
        INSERT INTO motcua.figure_dossier
        SELECT r.* FROM motcua.figure_recount r LEFT JOIN motcua.figure_dossier f ON f.dossier = r.dossier
         WHERE f.* IS DISTINCT FROM r.*
            ON CONFLICT (dossier) DO UPDATE SET officer = excluded.officer, first_decided = excluded.first_decided,
               accepted = excluded.accepted, original = excluded.original, basis = excluded.basis,
               current = excluded.current, due_at = excluded.due_at, stopped = excluded.stopped,
               supplemented = excluded.supplemented, closed = excluded.closed, receiving = excluded.receiving,
               competent = excluded.competent, channel = excluded.channel, resolved = excluded.resolved,
               refused = excluded.refused, first_accepted = excluded.first_accepted,
               refused_incomplete = excluded.refused_incomplete, by_officer = excluded.by_officer,
               moved = excluded.moved, procedure = excluded.procedure, applicant = excluded.applicant;
    END IF;
    DELETE FROM motcua.figure_unsettled;
    DELETE FROM motcua.figure_undo;
    DELETE FROM motcua.figure_cell;
    DELETE FROM motcua.figure_usual;
    INSERT INTO motcua.figure_usual (place, other)
    SELECT DISTINCT v.place, v.other FROM motcua.figure_dossier f
     CROSS JOIN LATERAL (VALUES (f.competent, f.receiving), (f.receiving, f.competent)) v(place, other)
      JOIN motcua.agency a ON a.id = f.receiving AND a.parent = f.competent
     WHERE motcua.figure_settles(f.closed, f.moved, f.due_at)
        ON CONFLICT DO NOTHING;
    INSERT INTO motcua.figure_cell (span, place, other, since, facts, classes, procedure, applicant, n)
    SELECT k.span, k.place, k.other, k.since, k.facts, k.classes, k.procedure, k.applicant, count(*)
      FROM motcua.figure_dossier f CROSS JOIN LATERAL motcua.figure_contribution(f) k
     WHERE motcua.figure_settles(f.closed, f.moved, f.due_at)
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
    GET DIAGNOSTICS v_n = ROW_COUNT;
    DELETE FROM motcua.figure_open_cell;
    INSERT INTO motcua.figure_open_cell
    SELECT k.*, count(*) FROM motcua.figure_dossier f CROSS JOIN LATERAL motcua.figure_open_key(f) k
     WHERE f.closed IS NULL
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
    RETURN v_n;
END 
$$;

-- ---------------------------------------------------------------- what is told
-- As in 0050, by the cells of the whole as they are now.
CREATE OR REPLACE FUNCTION motcua.figure_resolved(p_agencies integer[], p_since timestamptz, p_until timestamptz, p_past boolean,
                                       p_procedures text[], p_late boolean, p_cells integer)
    RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    p record;
    v_cells bigint;
BEGIN
    -- cells of quarters can be used as well: nothing here is known only later
    SELECT * INTO p FROM motcua.figure_periods(ARRAY[p_since, p_until], p_cells, p_past, p_since);
    SELECT coalesce(sum(c.n), 0) INTO v_cells FROM (
        SELECT c.n, c.facts, c.classes FROM motcua.figure_cell c
         WHERE p_cells = 1 AND c.span = ANY (p.cells) AND c.procedure IS NULL AND c.place = ANY (p_agencies)
         UNION ALL
        SELECT c.n, c.facts, c.classes FROM motcua.figure_cell c
         WHERE p_cells = 2 AND c.span = ANY (p.cells) AND c.procedure = ANY (p_procedures)
         UNION ALL
        SELECT c.n, c.facts, c.classes FROM motcua.figure_cell c
         WHERE p_cells = 3 AND c.span = ANY (p.cells) AND c.procedure = '' AND c.place = 0
         UNION ALL
        SELECT u.n, u.facts, u.classes FROM motcua.figure_undo u
         WHERE u.span = ANY (p.cells) AND CASE p_cells WHEN 1 THEN u.procedure IS NULL AND u.place = ANY (p_agencies)
               WHEN 2 THEN u.procedure = ANY (p_procedures) ELSE u.procedure = '' AND u.place = 0 END) c
     WHERE c.facts < 1 << 30 AND (c.classes >> 3 & 7) BETWEEN CASE WHEN p_late THEN 2 ELSE 0 END AND 2;
    RETURN v_cells + (
        SELECT count(*) FROM (
            SELECT f.* FROM motcua.figure_dossier f
             WHERE f.closed >= p_since AND f.closed < p.since_whole AND f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f
             WHERE f.closed >= p.until_whole AND f.closed < p_until AND f.competent = ANY (p_agencies) AND f.accepted IS NOT NULL
             UNION ALL
            SELECT f.* FROM motcua.figure_unsettled q JOIN motcua.figure_dossier f ON f.dossier = q.dossier
             WHERE f.closed >= p.since_whole AND f.closed < least(p.until_whole, p_until)
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f
             WHERE f.moved AND f.closed >= p.since_whole AND f.closed < least(p.until_whole, p_until)
             UNION ALL
            SELECT f.* FROM motcua.figure_dossier f
             WHERE f.due_at > f.closed AND NOT f.moved AND f.closed >= p.since_whole AND f.closed < least(p.until_whole, p_until)) f
         WHERE f.accepted IS NOT NULL AND f.resolved AND f.competent = ANY (p_agencies)
           AND (p_procedures IS NULL OR f.procedure = ANY (p_procedures)) AND (NOT p_late OR f.closed > f.basis));
END $$;

-- As in 0046 but for what stands above.
CREATE OR REPLACE FUNCTION motcua.figure_told(p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                   p_observed timestamptz, p_past boolean, p_body integer[], p_cells integer,
                                   p_want integer)
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer, channel smallint,
                   officer bigint, procedure text, applicant text, n integer)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH p AS MATERIALIZED (
        SELECT x.*, p_cells = 3 AND NOT x.past AND x.last > 0 AND x.until <= p_observed AS live,
               motcua.figure_due_day(x.until) AS today,
               motcua.figure_day(x.until)::timestamp AT TIME ZONE interval '7 hours' AS day_since,
               (motcua.figure_day(x.until) + 1)::timestamp AT TIME ZONE interval '7 hours' AS day_until
          FROM motcua.figure_periods(p_bounds, CASE WHEN (p_cells = 2 OR p_cells = 3 AND p_want & 16 = 0) AND EXISTS (
               SELECT FROM motcua.figure_usual u WHERE p_body[u.place] <> p_body[u.other]) THEN 0
               ELSE p_cells END, p_past, p_observed) x),
    -- span, since: from here on it is not sure that what is known of a first submission was known at p_observed.
    -- live: up to this moment, the whole city: what is open is told by figure_open_cell, but for what falls due today.
    -- mine: by number of an agency, whether it is asked for.  whole: so many that all open dossiers are looked through
    o AS MATERIALIZED (
        SELECT CASE WHEN p_past THEN motcua.figure_span(p_observed) ELSE 1000000 END AS span,
               CASE WHEN p_past THEN motcua.figure_span_start(motcua.figure_span(p_observed)) ELSE 'infinity' END AS since,
               ARRAY(SELECT y.id IS NOT NULL FROM generate_series(1, cardinality(p_body)) x(id)
                       LEFT JOIN (SELECT DISTINCT a AS id FROM unnest(p_agencies) a) y ON y.id = x.id
                      ORDER BY x.id) AS mine,
               cardinality(p_agencies) > 20 AS whole)
    SELECT c.k, 0::bigint, CASE WHEN c.facts < 1 << 30 THEN (c.classes >> 3 * p_basis & 7)
                + CASE WHEN c.since >= c.first THEN 8 ELSE 0 END ELSE 0 END
           + c.facts + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END,
           c.place, CASE WHEN c.facts < 1 << 30 THEN c.other ELSE c.place END, (c.facts >> 4 & 3)::smallint, 0::bigint,
           c.procedure, c.applicant, c.n
      FROM (SELECT p.k, p.first, p.begins_whole, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 1 AND c.procedure IS NULL AND c.place = ANY (p_agencies)
             UNION ALL
            SELECT p.k, p.first, p.begins_whole, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 2 AND p_want & 8 = 0 AND c.procedure <> ''
             UNION ALL
            SELECT p.k, p.first, p.begins_whole, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 2 AND p_want & 8 <> 0 AND c.procedure <> '' AND c.facts & 256 <> 0 AND c.facts < 1 << 30
             UNION ALL
            SELECT p.k, p.first, p.begins_whole, c.* FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells)
             WHERE p_cells = 3 AND c.procedure = '' AND c.place = 0
             UNION ALL -- of these so many from elsewhere
            SELECT p.k, p.first, p.begins_whole, c.span, c.place * v.sign, c.other * v.sign, c.since, c.facts, c.classes,
                   c.n * (v.sign * 2 - 1), c.procedure, c.applicant
              FROM p JOIN motcua.figure_cell c ON c.span = ANY (p.cells) CROSS JOIN (VALUES (0), (1)) v(sign)
             WHERE p_cells = 3 AND p_want & 16 = 0 AND c.procedure = '' AND c.place <> 0
             UNION ALL
            SELECT p.k, p.first, p.begins_whole, u.* FROM p JOIN motcua.figure_undo u ON u.span = ANY (p.cells)
             WHERE (p_cells = 1 AND u.procedure IS NULL AND u.place = ANY (p_agencies))
                OR (p_cells = 2 AND u.procedure <> '') OR (p_cells = 3 AND u.procedure = '' AND u.place = 0)
             UNION ALL
            SELECT p.k, p.first, p.begins_whole, u.span, u.place * v.sign, u.other * v.sign, u.since, u.facts, u.classes,
                   u.n * (v.sign * 2 - 1), u.procedure, u.applicant
              FROM p JOIN motcua.figure_undo u ON u.span = ANY (p.cells) CROSS JOIN (VALUES (0), (1)) v(sign)
             WHERE p_cells = 3 AND p_want & 16 = 0 AND u.procedure = '' AND u.place <> 0) c
     WHERE CASE WHEN c.facts < 1 << 30
                THEN (c.begins_whole OR c.since <> c.first - 1) AND p_want & 3 <> 0 AND (p_want & 8 = 0 OR c.facts & 256 <> 0)
                ELSE p_want & 4 <> 0 AND c.since < (SELECT o.span FROM o) END
     UNION ALL -- no cells: each by itself
    SELECT p.k, f.dossier, CASE WHEN f.due_at < p.until AND coalesce(f.supplemented < p.until, true) AND p.until <= p_observed
                THEN motcua.figure_facts(f, p.until, p_basis)
                ELSE (SELECT j.class + (j.flags & 1792) FROM motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
                     f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel,
                     f.by_officer, f.moved, f.competent, p.until, p_observed, p_basis) j) END
           + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END + (f.channel::integer << 4)
           + CASE WHEN f.by_officer THEN 64 ELSE 0 END + CASE WHEN p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END,
           f.competent, f.receiving, f.channel, f.officer, f.procedure, f.applicant, 1
      FROM p CROSS JOIN LATERAL (
           SELECT f.* FROM motcua.figure_dossier f
            WHERE p_cells = 0 AND p_want & 2 <> 0 AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.accepted < p.until
              AND NOT f.moved AND f.competent = ANY (p_agencies) AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL)
            UNION ALL
           SELECT f.* FROM motcua.figure_dossier f
            WHERE p_cells = 0 AND p_want & 1 <> 0 AND f.closed >= p.since AND f.closed < p.until AND f.accepted IS NOT NULL
              AND NOT f.moved AND f.competent = ANY (p_agencies) AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL) OFFSET 0) f
     UNION ALL
    SELECT f.k, f.dossier, j.class + j.flags + CASE WHEN f.accepted >= f.p_since THEN 8 ELSE 0 END
           + CASE WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END,
           j.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, 1
      FROM (
           SELECT p.k, p.since AS p_since, p.until AS p_until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_unsettled q
                CROSS JOIN LATERAL (SELECT f.* FROM motcua.figure_dossier f WHERE f.dossier = q.dossier OFFSET 0) f
                WHERE p.last > 0 AND f.closed >= p.since_whole AND (f.closed < p.until_whole OR p.ends_whole)
                  AND f.accepted < p.until AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- pending at a time that is past
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p_want & 2 <> 0 AND p.past AND NOT p.ends_whole AND f.closed IS NOT NULL AND f.closed >= p.until AND NOT f.moved
                  AND f.accepted >= p.until - interval '60 days' AND f.accepted < p.until
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p_want & 2 <> 0 AND p.past AND NOT p.ends_whole AND f.accepted IS NOT NULL AND NOT f.moved
                  AND f.closed - f.accepted > interval '60 days' AND f.closed >= p.until
                  AND f.accepted < p.until - interval '60 days' AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- in a half month that begins before the period: received in it or carried over?
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND NOT p.begins_whole AND f.closed IS NOT NULL AND f.accepted IS NOT NULL
                  AND f.accepted >= motcua.figure_span_start(p.first - 1) AND f.accepted < p.since_whole
                  AND f.closed >= p.since_whole AND (f.closed < p.until_whole OR p.ends_whole)
                  AND motcua.figure_settles(f.closed, f.moved, f.due_at) AND f.competent = ANY (p_agencies)
                  AND NOT EXISTS (SELECT FROM motcua.figure_unsettled q WHERE q.dossier = f.dossier) OFFSET 0) f
            UNION ALL -- a date was told after it was closed
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND f.due_at > f.closed AND f.closed >= p.since_whole
                  AND (f.closed < p.until_whole OR p.ends_whole) AND f.accepted < p.until AND NOT f.moved
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.moved AND (f.closed IS NULL OR f.closed >= p.since) AND f.accepted < p.until OFFSET 0) f) f
     CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
           f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
           f.competent, f.p_until, p_observed, p_basis) j
     WHERE p_want & 3 <> 0 AND j.place = ANY (p_agencies)
     UNION ALL
    SELECT f.k, f.dossier, j.facts + CASE WHEN p_body[j.place] <> p_body[f.competent] THEN 128 ELSE 0 END,
           j.place, j.place, f.channel, f.officer, f.procedure, f.applicant, 1
      FROM (
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.first_decided >= p.since AND f.first_decided < p.since_whole AND NOT f.moved
                  AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.first_decided >= p.until_whole AND f.first_decided < p.until AND NOT f.moved
                  AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_unsettled q
                CROSS JOIN LATERAL (SELECT f.* FROM motcua.figure_dossier f WHERE f.dossier = q.dossier OFFSET 0) f
                WHERE p.last > 0 AND f.first_decided >= p.since_whole AND f.first_decided < p.until_whole
                  AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- of which something came true after p_observed
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND f.first_decided >= p.since_whole AND f.first_decided < p.until_whole
                  AND (f.accepted > f.first_decided OR f.supplemented IS NOT NULL OR f.refused_incomplete)
                  AND greatest(f.accepted, f.supplemented, CASE WHEN f.refused_incomplete THEN f.closed END)
                  >= (SELECT o.since FROM o)
                  AND motcua.figure_settles(f.closed, f.moved, f.due_at) AND f.receiving = ANY (p_agencies)
                  AND NOT EXISTS (SELECT FROM motcua.figure_unsettled q WHERE q.dossier = f.dossier) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND f.due_at > f.closed AND NOT f.moved AND f.first_decided >= p.since_whole
                  AND f.first_decided < p.until_whole AND f.receiving = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.moved AND f.first_decided >= p.since AND f.first_decided < p.until OFFSET 0) f) f
     CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
           f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
           f.receiving, p_observed) j
     WHERE p_want & 4 <> 0 AND j.place = ANY (p_agencies)
     UNION ALL -- closed in half months that are not whole: many with the same facts are one row
    SELECT g.k, 0, g.facts + CASE WHEN p_body[g.receiving] <> p_body[g.competent] THEN 128 ELSE 0 END, g.competent, g.receiving,
           (g.facts >> 4 & 3)::smallint, 0, g.procedure, g.applicant, g.n
      FROM (SELECT p.k, CASE WHEN p_cells = 1 THEN f.competent END AS competent,
                   CASE WHEN p_cells = 1 THEN f.receiving END AS receiving,
                   CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   CASE WHEN p_cells <> 3 THEN f.applicant END AS applicant,
                   CASE WHEN f.due_at < p.until AND coalesce(f.supplemented < p.until, true) AND p.until <= p_observed THEN
                        motcua.figure_facts(f, p.until, p_basis)
                   ELSE (SELECT j.class + (j.flags & 1792)
                           FROM motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
                                f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel,
                                f.by_officer, f.moved, f.competent, p.until, p_observed, p_basis) j) END
                   + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END + (f.channel::integer << 4)
                   + CASE WHEN f.by_officer THEN 64 ELSE 0 END
                   + CASE WHEN p_cells > 1 AND p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END
                   AS facts, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (VALUES (p.since, p.since_whole), (p.until_whole, p.until)) v(since, until)
             CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p_cells > 0 AND p_want & 1 <> 0 AND f.closed >= v.since AND f.closed < v.until
                      AND f.accepted IS NOT NULL AND NOT f.moved AND f.competent = ANY (p_agencies)
                      AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL) OFFSET 0) f
             GROUP BY 1, 2, 3, 4, 5, 6) g
     UNION ALL -- open ones, where nobody asks which: many with the same facts are one row
    SELECT o.k, 0, o.facts, o.place, o.receiving, o.channel, 0, o.procedure, o.applicant, o.n
      FROM (SELECT p.k, j.class + j.flags + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END
                   + CASE WHEN p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END AS facts,
                   f.competent AS place, f.receiving, f.channel, CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   f.applicant, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p_cells > 0 AND p_want & 2 <> 0 AND NOT (SELECT o.whole FROM o) AND f.closed IS NULL
                      AND f.accepted IS NOT NULL
                      AND f.accepted < p.until AND NOT f.moved AND f.competent = ANY (p_agencies) OFFSET 0) f
             CROSS JOIN LATERAL motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
                   f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel, f.by_officer, f.moved,
                   f.competent, p.until, p_observed, p_basis) j
             GROUP BY 1, 2, 3, 4, 5, 6, 7) o
     UNION ALL
    SELECT o.k, 0, o.facts, o.place, o.place, o.channel, 0, o.procedure, o.applicant, o.n
      FROM (SELECT p.k, j.facts + CASE WHEN p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END AS facts,
                   f.receiving AS place, f.channel, CASE WHEN p_cells = 2 THEN f.procedure END AS procedure, f.applicant,
                   count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.last > 0 AND p_want & 4 <> 0 AND NOT (SELECT o.whole FROM o) AND f.closed IS NULL
                      AND f.first_decided >= p.since_whole
                      AND f.first_decided < p.until_whole AND NOT f.moved AND f.receiving = ANY (p_agencies)
                     UNION ALL -- the rest of those below: not accepted by then
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.last > 0 AND NOT p.live AND p_want & 4 <> 0 AND (SELECT o.whole FROM o) AND f.closed IS NULL
                      AND f.first_decided IS NOT NULL
                      AND f.accepted IS DISTINCT FROM f.first_decided AND coalesce(f.accepted >= p.until, true)
                      AND f.first_decided >= p.since_whole AND f.first_decided < p.until_whole AND NOT f.moved
                      AND f.receiving = ANY (p_agencies) OFFSET 0) f
             CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
                   f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
                   f.receiving, p_observed) j
             GROUP BY 1, 2, 3, 4, 5, 6) o
     UNION ALL -- of many agencies: all are looked through, once for both streams (2048: a first submission of the period)
    SELECT g.k, 0, x.facts + CASE WHEN p_body[g.receiving] <> p_body[g.competent] THEN 128 ELSE 0 END, x.place, g.receiving,
           (g.facts >> 4 & 3)::smallint, 0, g.procedure, g.applicant, g.n
      FROM (SELECT p.k, CASE WHEN p_cells = 1 THEN f.competent END AS competent,
                   CASE WHEN p_cells = 1 THEN f.receiving END AS receiving,
                   CASE WHEN p_cells = 2 THEN f.procedure END AS procedure,
                   CASE WHEN p_cells <> 3 THEN f.applicant END AS applicant,
                   CASE WHEN f.due_at < p.until AND coalesce(f.supplemented < p.until, true) AND p.until <= p_observed THEN
                        motcua.figure_facts(f, p.until, p_basis)
                        + CASE WHEN f.supplemented IS NULL THEN CASE WHEN f.first_accepted THEN 28672 ELSE 16384 END
                               WHEN f.first_accepted THEN 53248 ELSE 49152 END
                   ELSE (SELECT j.class + (j.flags & 768) + ((h.facts & 15) << 12)
                           FROM motcua.figure_judge(f.dossier, f.accepted, f.closed, f.resolved, f.refused,
                                f.original, f.basis, f.current, f.due_at, f.stopped, f.supplemented, f.channel,
                                f.by_officer, f.moved, f.competent, p.until, p_observed, p_basis) j
                          CROSS JOIN motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
                                f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer,
                                f.moved, f.receiving, p_observed) h) END
                   + CASE WHEN f.accepted >= p.since THEN 8 ELSE 0 END + (f.channel::integer << 4)
                   + CASE WHEN f.by_officer THEN 64 ELSE 0 END
                   + CASE WHEN p_cells > 1 AND p_body[f.receiving] <> p_body[f.competent] THEN 128 ELSE 0 END
                   + CASE WHEN f.first_decided >= p.since_whole AND f.first_decided < p.until_whole THEN 2048 ELSE 0 END
                   AS facts, count(*)::integer AS n
              FROM p CROSS JOIN LATERAL (
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE NOT p.live AND f.closed IS NULL AND f.accepted IS NOT NULL AND f.accepted < p.until AND NOT f.moved
                      AND (p_want & 8 = 0 OR f.supplemented IS NOT NULL)
                     UNION ALL -- due today; received in a half month that begins before the period
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.live AND f.closed IS NULL AND f.accepted IS NOT NULL AND NOT f.moved AND f.stopped IS NULL
                      AND f.original = f.basis AND f.current = f.basis AND f.basis >= p.day_since AND f.basis < p.day_until
                     UNION ALL
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.live AND f.closed IS NULL AND f.accepted IS NOT NULL AND NOT f.moved AND f.stopped IS NULL
                      AND (f.original = f.basis AND f.current = f.basis) IS NOT TRUE
                      AND motcua.figure_due_day(motcua.figure_due(f, p_basis)) = p.today
                     UNION ALL
                   SELECT f.* FROM motcua.figure_dossier f
                    WHERE p.live AND NOT p.begins_whole AND f.closed IS NULL AND f.accepted IS NOT NULL AND NOT f.moved
                      AND f.accepted >= motcua.figure_span_start(p.first - 1) AND f.accepted < p.since_whole
                      AND (f.stopped IS NULL AND motcua.figure_due_day(motcua.figure_due(f, p_basis)) = p.today) IS NOT TRUE
                    OFFSET 0) f
             WHERE p_cells > 0 AND p_want & 6 <> 0 AND (SELECT o.whole FROM o)
             GROUP BY 1, 2, 3, 4, 5, 6) g
     CROSS JOIN LATERAL (SELECT g.facts & 1023 AS facts, g.competent AS place
                          WHERE p_want & 2 <> 0 AND (p_cells > 1 OR (SELECT o.mine FROM o)[g.competent])
                          UNION ALL
                         SELECT (1 << 30) + (g.facts >> 12 & 15) + (g.facts & 240), g.receiving
                          WHERE p_want & 4 <> 0 AND g.facts & 2048 <> 0
                            AND (p_cells > 1 OR (SELECT o.mine FROM o)[g.receiving])) x
     UNION ALL -- up to this moment, of the whole city
    SELECT p.k, 0, x.facts + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END, NULL, NULL,
           (c.facts >> 4 & 3)::smallint, 0, NULL, NULL, c.n
      FROM p
     CROSS JOIN LATERAL (
           SELECT c.since, c.first, c.place, c.other, c.facts, c.original, c.basis, c.current, c.n FROM motcua.figure_open_cell c
            WHERE p.live AND c.place = 0
            UNION ALL
           SELECT c.since, c.first, c.place * v.sign, c.other * v.sign, c.facts, c.original, c.basis, c.current, c.n * (v.sign * 2 - 1)
             FROM motcua.figure_open_cell c CROSS JOIN (VALUES (0), (1)) v(sign)
            WHERE p.live AND p_want & 16 = 0 AND c.place <> 0) c
     CROSS JOIN LATERAL (SELECT CASE p_basis WHEN 0 THEN c.original WHEN 1 THEN c.basis ELSE c.current END AS due) d
     CROSS JOIN LATERAL (SELECT CASE WHEN d.due = -2 THEN 5 WHEN d.due < p.today THEN 4 ELSE 3 END
                                + CASE WHEN c.since >= p.first THEN 8 ELSE 0 END + (c.facts & 1023) AS facts
                          WHERE p_want & 2 <> 0 AND c.since > 0
                          UNION ALL
                         SELECT (1 << 30) + (c.facts >> 12 & 15) + (c.facts & 112)
                          WHERE p_want & 4 <> 0 AND c.first >= p.first AND c.first < p.last) x
     WHERE d.due <> p.today AND (p.begins_whole OR c.since <> p.first - 1) AND (p_want & 8 = 0 OR c.facts & 256 <> 0)
$$;

-- As in 0047, but of the whole city planned once for all.
CREATE OR REPLACE FUNCTION motcua.figure_counts(p_agencies integer[], p_bounds timestamptz[], p_basis integer, p_observed timestamptz,
                                     p_past boolean, p_body integer[], p_by integer, p_procedures text[], p_channel integer,
                                     p_officer bigint, p_receivings integer[], p_applicant text, p_cells integer,
                                     p_want integer, p_across integer DEFAULT 0)
    RETURNS TABLE (k integer, key text, facts integer, n bigint, across text)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_sort = off SET plan_cache_mode = auto AS $$
BEGIN
    IF p_cells = 3 AND p_want & 16 = 0 AND EXISTS (SELECT FROM motcua.figure_usual u WHERE p_body[u.place] <> p_body[u.other]) THEN
        p_cells := 1; -- the organisation says otherwise by now
    END IF;
    IF p_cells = 3 THEN -- all agencies: nothing to plan for
        PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    ELSIF cardinality(p_agencies) > 20 THEN
        PERFORM set_config('plan_cache_mode', 'force_custom_plan', true);
    END IF;
    RETURN QUERY
SELECT r.k, CASE p_by WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN o.officer::text
                          WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text
                          WHEN 6 THEN r.applicant END AS key,
       r.facts, sum(r.n)::int8 AS n,
       CASE p_across WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 3 THEN o.officer::text
                     WHEN 4 THEN r.channel::text WHEN 5 THEN r.receiving::text
                     WHEN 6 THEN r.applicant END AS across
  FROM motcua.figure_told(p_agencies, p_bounds, p_basis, p_observed, p_past, p_body,
                          p_cells, p_want) r
  LEFT JOIN LATERAL (
       SELECT coalesce(CASE
              WHEN p_by <> 3 AND p_across <> 3 AND p_officer < 0 THEN 0 -- nobody asks
              WHEN r.facts >= 1 << 30 THEN (
                   SELECT e.actor FROM motcua.dossier_event e
                    WHERE e.dossier = r.dossier AND e.kind = 'ATTEMPT_DECIDED' ORDER BY e.seq LIMIT 1)
              WHEN r.officer <> 0 THEN r.officer
              ELSE (SELECT t.officer FROM motcua.task t
                     WHERE t.dossier = r.dossier AND left(t.step, 1) <> '@' ORDER BY t.due LIMIT 1)
              END, 0) AS officer) o ON true
 WHERE (p_procedures IS NULL OR r.procedure = ANY (p_procedures))
   AND (p_channel < 0 OR r.channel = p_channel)
   AND (p_officer < 0 OR o.officer = p_officer)
   AND (p_receivings IS NULL OR r.receiving = ANY (p_receivings))
   AND (p_applicant IS NULL OR r.applicant = p_applicant)
 GROUP BY 1, 2, 3, 5 HAVING sum(r.n) <> 0;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.figure_pairs, motcua.figure_due, motcua.figure_due_day, motcua.figure_facts, motcua.figure_open_key,
    motcua.figure_open_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.figure_pairs, motcua.figure_due, motcua.figure_due_day, motcua.figure_facts, motcua.figure_open_key
    TO motcua_app, motcua_report;
GRANT SELECT ON motcua.figure_open_cell TO motcua_app, motcua_report;
