-- Figures at size: what is closed is counted once and kept as cells, one for each half month (from the 1st and
-- from the 15th, so that calendar and reporting periods are whole ones), agency or procedure, and facts.  A cell
-- is what figure_work or figure_first tells of that half month, of dossiers that are settled: figure_settles, and
-- not waiting in figure_unsettled.  All others are counted one by one, from the same rows as before, by the same
-- two functions: figure_judge and figure_judge_first.  So an answer is live to the last commit and exact,
-- whether much or little is settled.  A settled dossier that changes leaves its old cells in figure_undo and waits
-- again.
SET LOCAL ROLE motcua_owner;

-- As in 0018, but who resolved it and how are told when it is closed: until then whoever holds it counts.  Not in
-- plain SQL any more: PostgreSQL 15 would plan it anew in every transaction.
CREATE OR REPLACE FUNCTION motcua.figure_fact(d motcua.dossier) RETURNS motcua.figure_dossier
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ROW(d.id, CASE WHEN d.closed IS NULL THEN 0 ELSE coalesce(substring(d.state from '"dr":\{"by":(\d+)'),
                          (regexp_match(d.state, '"rs":\{("refusal":true,)?"by":(\d+)'))[2], '0')::bigint END,
           d.first_decided, d.accepted, d.original_due, d.basis_due, d.current_due, d.accepted,
           NULL::timestamptz, d.supplemented, d.closed, d.receiving, d.competent, d.channel,
           d.finished IS NOT NULL, d.closed IS NOT NULL AND strpos(d.state, '"rs":{"refusal":true') > 0, d.first_accepted,
           d.refused_incomplete, strpos(d.state, '"bo":true') > 0, false, d.procedure,
           coalesce(substring(d.state from '"ak":"(\w+)"'), ''))::motcua.figure_dossier;
END $$;
UPDATE motcua.figure_dossier SET officer = 0, refused = false WHERE closed IS NULL AND (officer <> 0 OR refused);

-- ---------------------------------------------------------------- what a dossier is, at one moment
-- Class at p_until by the date p_basis; flags by common/figures/facts.h that hold whatever its class is; the agency
-- responsible; the date judged by.
CREATE FUNCTION motcua.figure_judge(
        p_dossier bigint, p_accepted timestamptz, p_closed timestamptz, p_resolved boolean, p_refused boolean,
        p_original timestamptz, p_basis_due timestamptz, p_current timestamptz, p_due_at timestamptz,
        p_stopped timestamptz, p_supplemented timestamptz, p_channel smallint, p_by_officer boolean,
        p_moved boolean, p_competent integer, p_until timestamptz, p_observed timestamptz, p_basis integer)
    RETURNS TABLE (class integer, flags integer, place integer, due timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE
           WHEN p_closed < p_until AND NOT p_resolved THEN 6
           WHEN p_closed < p_until AND p_closed > x.due THEN 2
           WHEN p_closed < p_until THEN
                CASE WHEN motcua.figure_day(p_closed) < motcua.figure_day(x.due) THEN 0 ELSE 1 END
           WHEN x.due < coalesce(x.now_stopped, p_until) THEN 4
           WHEN x.now_stopped IS NOT NULL THEN 5
           ELSE 3 END,
           (p_channel::integer << 4) + CASE WHEN p_by_officer THEN 64 ELSE 0 END
           + CASE WHEN p_supplemented < least(p_until, p_observed) THEN 256 ELSE 0 END
           + CASE WHEN x.apologised THEN 512 ELSE 0 END
           + CASE WHEN p_refused AND p_closed < p_until AND p_resolved THEN 1024 ELSE 0 END,
           x.place, x.due
      FROM (
    SELECT CASE WHEN p_due_at < p_until THEN
                     CASE p_basis WHEN 0 THEN p_original WHEN 1 THEN p_basis_due ELSE p_current END
                ELSE (SELECT CASE p_basis WHEN 0 THEN l.original WHEN 1 THEN l.basis ELSE l.current END
                        FROM motcua.due_ledger l
                       WHERE l.dossier = p_dossier AND l.at < p_until ORDER BY l.seq DESC LIMIT 1) END AS due,
           CASE WHEN p_due_at < p_until THEN p_stopped
                ELSE (SELECT CASE WHEN l.cause = 'stopped' THEN l.at END FROM motcua.due_ledger l
                       WHERE l.dossier = p_dossier AND l.at < p_until ORDER BY l.seq DESC LIMIT 1) END AS now_stopped,
           CASE WHEN p_due_at < p_until THEN p_current > p_basis_due
                ELSE (SELECT l.current > l.basis FROM motcua.due_ledger l
                       WHERE l.dossier = p_dossier AND l.at < p_until ORDER BY l.seq DESC LIMIT 1) END AS apologised,
           CASE WHEN p_moved THEN coalesce((
                SELECT g.competent FROM motcua.place_ledger g
                 WHERE g.dossier = p_dossier AND g.at >= p_until ORDER BY g.seq LIMIT 1),
                p_competent) ELSE p_competent END AS place) x
$$;

-- A chain of submissions as known at p_observed; the unit that decided its first attempt.
CREATE FUNCTION motcua.figure_judge_first(
        p_dossier bigint, p_first_decided timestamptz, p_first_accepted boolean, p_accepted timestamptz,
        p_supplemented timestamptz, p_refused_incomplete boolean, p_closed timestamptz, p_channel smallint,
        p_by_officer boolean, p_moved boolean, p_receiving integer, p_observed timestamptz)
    RETURNS TABLE (facts integer, place integer)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT (1 << 30) + CASE WHEN p_first_accepted THEN 1 ELSE 0 END
           + CASE WHEN p_first_accepted AND p_accepted < p_observed
                       AND NOT coalesce(p_supplemented < p_observed, false)
                       AND NOT (p_refused_incomplete AND coalesce(p_closed < p_observed, false))
                  THEN 2 ELSE 0 END
           + CASE WHEN p_accepted < p_observed THEN 4 ELSE 0 END
           + CASE WHEN p_accepted IS NOT NULL AND p_supplemented < p_observed THEN 8 ELSE 0 END
           + (p_channel::integer << 4) + CASE WHEN p_by_officer THEN 64 ELSE 0 END,
           CASE WHEN p_moved THEN coalesce((
                SELECT g.receiving FROM motcua.place_ledger g
                 WHERE g.dossier = p_dossier AND g.at > p_first_decided ORDER BY g.seq LIMIT 1),
                p_receiving) ELSE p_receiving END
$$;

-- ---------------------------------------------------------------- half months
CREATE FUNCTION motcua.figure_span(t timestamptz) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT extract(year FROM motcua.figure_day(t))::integer * 24 + extract(month FROM motcua.figure_day(t))::integer * 2
           - 2 + CASE WHEN extract(day FROM motcua.figure_day(t))::integer >= 15 THEN 1 ELSE 0 END
$$;
CREATE FUNCTION motcua.figure_span_start(n integer) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT make_date(n / 24, n % 24 / 2 + 1, 1 + n % 2 * 14)::timestamp AT TIME ZONE interval '7 hours'
$$;

-- What happens to it no more: closed, never moved, no date told after it was closed.
CREATE FUNCTION motcua.figure_settles(p_closed timestamptz, p_moved boolean, p_due_at timestamptz) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_closed IS NOT NULL AND NOT p_moved AND coalesce(p_due_at, p_closed) <= p_closed
$$;

-- procedure null: a cell of an agency (place, for a first submission the unit that decided it); else of a
-- procedure, whose agencies are 0 when they are usual ones.  other: of the work the unit that received it, of
-- first submissions the agency it went to.  since: half month of acceptance; of first submissions that in which the
-- last of its facts came true.  classes: by the three dates, three bits each.  facts: without class, receipt and
-- territory, which a period and the organisation decide.
CREATE TABLE motcua.figure_cell (
    span integer NOT NULL,
    place integer NOT NULL,
    other integer NOT NULL,
    since integer NOT NULL,
    facts integer NOT NULL,
    classes smallint NOT NULL,
    n integer NOT NULL,
    procedure text,
    applicant text NOT NULL
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX figure_cell_agency ON motcua.figure_cell (place, span, other, since, facts, classes, applicant)
    WHERE procedure IS NULL;
CREATE UNIQUE INDEX figure_cell_procedure ON motcua.figure_cell
    (span, procedure, place, other, since, facts, classes, applicant) WHERE procedure IS NOT NULL;
-- Units that receive for an agency of the same territory: in cells of procedures they need not be told apart.  Should
-- the organisation ever say otherwise of one of them, those cells are not used until they are made again.
CREATE TABLE motcua.figure_usual (place integer, other integer, PRIMARY KEY (place, other));
-- What is closed and in no cell yet; what must be taken off cells.  Both are small: figure_fold empties them.
CREATE TABLE motcua.figure_unsettled (dossier bigint PRIMARY KEY);
CREATE TABLE motcua.figure_undo (LIKE motcua.figure_cell);

-- The cells of one dossier: what figure_work and figure_first tell of each half month that it was in.
CREATE FUNCTION motcua.figure_contribution(f motcua.figure_dossier)
    RETURNS TABLE (span integer, place integer, other integer, since integer, facts integer, classes smallint,
                   procedure text, applicant text)
    LANGUAGE sql STABLE AS $$
    WITH one AS (
        SELECT s.span, j.place, f.receiving AS other, motcua.figure_span(f.accepted) AS since, min(j.flags) AS facts,
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
         WHERE f.first_decided IS NOT NULL)
    SELECT o.span, o.place, o.other, o.since, o.facts, o.classes, NULL, f.applicant FROM one o
     UNION ALL
    SELECT o.span, CASE WHEN u.usual THEN 0 ELSE o.place END, CASE WHEN u.usual THEN 0 ELSE o.other END, o.since,
           o.facts, o.classes, f.procedure, f.applicant
      FROM one o
     CROSS JOIN LATERAL (SELECT o.place = o.other OR EXISTS (SELECT FROM motcua.figure_usual u
                                 WHERE u.place = o.place AND u.other = o.other) AS usual) u
$$;

-- The rows of figure_dossier as dossiers and ledgers say them, whatever the triggers did: for verification and for
-- making them again.
CREATE VIEW motcua.figure_recount AS
    SELECT f.dossier, f.officer, f.first_decided, f.accepted, f.original, f.basis, f.current,
           coalesce(l.at, f.due_at) AS due_at, CASE WHEN l.cause = 'stopped' THEN l.at END AS stopped, f.supplemented,
           f.closed, f.receiving, f.competent, f.channel, f.resolved, f.refused, f.first_accepted,
           f.refused_incomplete, f.by_officer,
           EXISTS (SELECT FROM motcua.place_ledger g WHERE g.dossier = d.id) AS moved, f.procedure, f.applicant
      FROM motcua.dossier d
     CROSS JOIN LATERAL motcua.figure_fact(d) f
      LEFT JOIN LATERAL (SELECT u.at, u.cause FROM motcua.due_ledger u WHERE u.dossier = d.id
                          ORDER BY u.seq DESC LIMIT 1) l ON true
     WHERE d.first_decided IS NOT NULL OR d.accepted IS NOT NULL;

-- Settles at most so many dossiers; how many it did.  One call at a time; an act waits for it only when it is about a
-- dossier that the call has in hand.
CREATE FUNCTION motcua.figure_fold(p_most integer) RETURNS bigint
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
    RETURN cardinality(v_taken);
END 
$$;

-- All cells again (motcuad verify --rebuild), p_rows: after the rows of figure_dossier; acts that touch them wait.
CREATE FUNCTION motcua.figure_rebuild(p_rows boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_n bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('motcua.figure_fold'));
    LOCK TABLE motcua.figure_dossier, motcua.figure_unsettled, motcua.figure_undo, motcua.figure_cell
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
    RETURN v_n;
END 
$$;

-- A settled dossier that changes: its cells go, as they were before it; it waits to be settled again.
CREATE FUNCTION motcua.figure_unsettle() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM motcua.figure_unsettled u WHERE u.dossier = OLD.dossier FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO motcua.figure_undo (span, place, other, since, facts, classes, procedure, applicant, n)
        SELECT k.span, k.place, k.other, k.since, k.facts, k.classes, k.procedure, k.applicant, -1
          FROM motcua.figure_contribution(OLD) k;
    END IF;
    IF TG_OP = 'DELETE' THEN
        DELETE FROM motcua.figure_unsettled u WHERE u.dossier = OLD.dossier;
        RETURN OLD;
    END IF;
    IF motcua.figure_settles(NEW.closed, NEW.moved, NEW.due_at) THEN
        INSERT INTO motcua.figure_unsettled (dossier) VALUES (NEW.dossier) ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM motcua.figure_unsettled u WHERE u.dossier = OLD.dossier;
    END IF;
    RETURN NEW;
END 
$$;
CREATE FUNCTION motcua.figure_wait() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO motcua.figure_unsettled (dossier) VALUES (NEW.dossier);
    RETURN NULL;
END 
$$;
CREATE TRIGGER figure_closed_new AFTER INSERT ON motcua.figure_dossier
    FOR EACH ROW WHEN (motcua.figure_settles(NEW.closed, NEW.moved, NEW.due_at)) EXECUTE FUNCTION motcua.figure_wait();
CREATE TRIGGER figure_closed_now AFTER UPDATE ON motcua.figure_dossier
    FOR EACH ROW WHEN (motcua.figure_settles(NEW.closed, NEW.moved, NEW.due_at)
                       AND NOT motcua.figure_settles(OLD.closed, OLD.moved, OLD.due_at))
    EXECUTE FUNCTION motcua.figure_wait();
CREATE TRIGGER figure_unsettle BEFORE UPDATE OR DELETE ON motcua.figure_dossier
    FOR EACH ROW WHEN (motcua.figure_settles(OLD.closed, OLD.moved, OLD.due_at))
    EXECUTE FUNCTION motcua.figure_unsettle();
-- Before the ledger has the new line: what is taken off the cells is what had been put in.
DROP TRIGGER figure_due ON motcua.due_ledger;
CREATE OR REPLACE FUNCTION motcua.figure_due() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE motcua.figure_dossier
       SET original = NEW.original, basis = NEW.basis, current = NEW.current, due_at = NEW.at,
           stopped = CASE WHEN NEW.cause = 'stopped' THEN NEW.at END
     WHERE dossier = NEW.dossier;
    RETURN NEW;
END 
$$;
CREATE TRIGGER figure_due BEFORE INSERT ON motcua.due_ledger
    FOR EACH ROW WHEN (NEW.cause <> 'acceptance') EXECUTE FUNCTION motcua.figure_due();

CREATE INDEX figure_after ON motcua.figure_dossier (closed) WHERE due_at > closed;
CREATE INDEX figure_open ON motcua.figure_dossier (accepted, dossier) WHERE closed IS NULL AND accepted IS NOT NULL;
CREATE INDEX figure_open_first ON motcua.figure_dossier (first_decided, dossier)
    WHERE closed IS NULL AND first_decided IS NOT NULL;
CREATE INDEX figure_known_later ON motcua.figure_dossier (first_decided,
        (greatest(accepted, supplemented, CASE WHEN refused_incomplete THEN closed END)))
    WHERE accepted > first_decided OR supplemented IS NOT NULL OR refused_incomplete;

-- ---------------------------------------------------------------- what is told of periods
-- Period k and the half months that lie wholly in it: spans [first, last) from since_whole to until_whole.  p_cells 0:
-- none are used.  ends_whole: the last of them ends where the period does.  past: until is over.
CREATE FUNCTION motcua.figure_periods(p_bounds timestamptz[], p_cells integer, p_past boolean)
    RETURNS TABLE (k integer, since timestamptz, until timestamptz, since_whole timestamptz,
                   until_whole timestamptz, first integer, last integer, begins_whole boolean, ends_whole boolean,
                   past boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2 AS $$
    SELECT g.k, p_bounds[g.k], p_bounds[g.k + 1],
           CASE WHEN w.whole THEN motcua.figure_span_start(x.first) ELSE p_bounds[g.k + 1] END,
           CASE WHEN w.whole THEN motcua.figure_span_start(x.last) ELSE p_bounds[g.k + 1] END,
           CASE WHEN w.whole THEN x.first ELSE 0 END, CASE WHEN w.whole THEN x.last ELSE 0 END,
           w.whole AND motcua.figure_span_start(x.first) = p_bounds[g.k],
           w.whole AND motcua.figure_span_start(x.last) = p_bounds[g.k + 1],
           p_past OR g.k < cardinality(p_bounds) - 1
      FROM generate_series(1, cardinality(p_bounds) - 1) g(k)
     CROSS JOIN LATERAL (SELECT motcua.figure_span(p_bounds[g.k]) + CASE
           WHEN motcua.figure_span_start(motcua.figure_span(p_bounds[g.k])) < p_bounds[g.k] THEN 1 ELSE 0 END AS first,
           motcua.figure_span(p_bounds[g.k + 1]) AS last) x
     CROSS JOIN LATERAL (SELECT p_cells > 0 AND x.first < x.last AS whole) w
$$;

-- As before (0018), by the two functions that judge.
CREATE OR REPLACE FUNCTION motcua.figure_work(p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                   p_observed timestamptz, p_past boolean, p_body integer[])
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer,
                   channel smallint, officer bigint, procedure text, applicant text,
                   accepted timestamptz, due timestamptz, closed timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT p.k, f.dossier, j.class + j.flags + CASE WHEN f.accepted >= p_bounds[p.k] THEN 8 ELSE 0 END
           + CASE WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END,
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
CREATE OR REPLACE FUNCTION motcua.figure_first(p_agencies integer[], p_bounds timestamptz[], p_observed timestamptz,
                                    p_body integer[])
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer,
                   channel smallint, officer bigint, procedure text, applicant text,
                   accepted timestamptz, due timestamptz, closed timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT width_bucket(f.first_decided, p_bounds), f.dossier,
           j.facts + CASE WHEN p_body[j.place] <> p_body[f.competent] THEN 128 ELSE 0 END, j.place, j.place,
           f.channel, f.officer, f.procedure, f.applicant, f.accepted, f.current, f.closed
      FROM (SELECT o.* FROM motcua.figure_dossier o
             WHERE o.receiving = ANY (p_agencies) AND o.first_decided >= p_bounds[1]
               AND o.first_decided < p_bounds[cardinality(p_bounds)]
             UNION ALL
            SELECT m.* FROM motcua.figure_dossier m
             WHERE m.moved AND NOT m.receiving = ANY (p_agencies) AND m.first_decided >= p_bounds[1]
               AND m.first_decided < p_bounds[cardinality(p_bounds)]) f
     CROSS JOIN LATERAL motcua.figure_judge_first(f.dossier, f.first_decided, f.first_accepted,
           f.accepted, f.supplemented, f.refused_incomplete, f.closed, f.channel, f.by_officer, f.moved,
           f.receiving, p_observed) j
     WHERE j.place = ANY (p_agencies)
$$;

-- What figures of periods are counted from: n dossiers with these facts.  Cells of agencies (p_cells 1) or procedures
-- (2; only for all agencies at once) tell of what is settled; all else comes one by one, n = 1.  p_cells 0: all comes
-- one by one, with its number and officer.
CREATE FUNCTION motcua.figure_told(p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                   p_observed timestamptz, p_past boolean, p_body integer[], p_cells integer)
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer, channel smallint,
                   officer bigint, procedure text, applicant text, n integer)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH p AS MATERIALIZED (
        SELECT * FROM motcua.figure_periods(p_bounds, CASE WHEN p_cells = 2 AND EXISTS (
               SELECT FROM motcua.figure_usual u WHERE p_body[u.place] <> p_body[u.other]) THEN 0
               ELSE p_cells END, p_past)),
    c AS (
        SELECT c.* FROM motcua.figure_cell c
         WHERE p_cells = 1 AND c.procedure IS NULL AND c.place = ANY (p_agencies)
           AND c.span >= (SELECT min(p.first) FROM p WHERE p.first > 0) AND c.span < (SELECT max(p.last) FROM p)
         UNION ALL
        SELECT c.* FROM motcua.figure_cell c
         WHERE p_cells = 2 AND c.procedure IS NOT NULL AND c.span >= (SELECT min(p.first) FROM p WHERE p.first > 0)
           AND c.span < (SELECT max(p.last) FROM p)
         UNION ALL
        SELECT u.* FROM motcua.figure_undo u
         WHERE (p_cells = 1 AND u.procedure IS NULL AND u.place = ANY (p_agencies))
            OR (p_cells = 2 AND u.procedure IS NOT NULL))
    SELECT p.k, 0::bigint, (c.classes >> 3 * p_basis & 7) + c.facts + CASE WHEN c.since >= p.first THEN 8 ELSE 0 END
           + CASE WHEN p_body[c.other] <> p_body[c.place] THEN 128 ELSE 0 END,
           c.place, c.other, (c.facts >> 4 & 3)::smallint, 0::bigint, c.procedure, c.applicant, c.n
      FROM p JOIN c ON c.span >= p.first AND c.span < p.last
     WHERE c.facts < 1 << 30 AND (p.begins_whole OR c.since <> p.first - 1)
       AND ((c.classes >> 3 * p_basis & 7) IN (0, 1, 2, 6) OR (p.ends_whole AND c.span = p.last - 1))
     UNION ALL
    SELECT p.k, 0, c.facts + CASE WHEN p_body[c.place] <> p_body[c.other] THEN 128 ELSE 0 END,
           c.place, c.place, (c.facts >> 4 & 3)::smallint, 0, c.procedure, c.applicant, c.n
      FROM p JOIN c ON c.span >= p.first AND c.span < p.last
     WHERE c.facts >= 1 << 30 AND c.since < (SELECT motcua.figure_span(p_observed))
     UNION ALL
    SELECT f.k, f.dossier, j.class + j.flags + CASE WHEN f.accepted >= f.p_since THEN 8 ELSE 0 END
           + CASE WHEN p_body[f.receiving] <> p_body[j.place] THEN 128 ELSE 0 END,
           j.place, f.receiving, f.channel, f.officer, f.procedure, f.applicant, 1
      FROM (
           SELECT p.k, p.since AS p_since, p.until AS p_until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.closed IS NULL AND f.accepted IS NOT NULL AND f.accepted < p.until AND NOT f.moved
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.closed >= p.since AND f.closed < p.since_whole AND f.accepted IS NOT NULL AND NOT f.moved
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE f.closed >= p.until_whole AND f.closed < p.until AND f.accepted IS NOT NULL AND NOT f.moved
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_unsettled q
                CROSS JOIN LATERAL (SELECT f.* FROM motcua.figure_dossier f WHERE f.dossier = q.dossier OFFSET 0) f
                WHERE p.last > 0 AND f.closed >= p.since_whole AND (f.closed < p.until_whole OR p.ends_whole)
                  AND f.accepted < p.until AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL -- pending at a time that is past
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.past AND NOT p.ends_whole AND f.closed IS NOT NULL AND f.closed >= p.until AND NOT f.moved
                  AND f.accepted >= p.until - interval '60 days' AND f.accepted < p.until
                  AND f.competent = ANY (p_agencies) OFFSET 0) f
            UNION ALL
           SELECT p.k, p.since, p.until, f.* FROM p CROSS JOIN LATERAL (
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.past AND NOT p.ends_whole AND f.accepted IS NOT NULL AND NOT f.moved
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
     WHERE j.place = ANY (p_agencies)
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
               SELECT f.* FROM motcua.figure_dossier f
                WHERE p.last > 0 AND f.closed IS NULL AND f.first_decided IS NOT NULL
                  AND f.first_decided >= p.since_whole AND f.first_decided < p.until_whole AND NOT f.moved
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
                  >= (SELECT motcua.figure_span_start(motcua.figure_span(p_observed)))
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
     WHERE j.place = ANY (p_agencies)
$$;

SELECT motcua.figure_rebuild(false);
ANALYZE motcua.figure_cell;

REVOKE EXECUTE ON FUNCTION motcua.figure_judge, motcua.figure_judge_first, motcua.figure_span,
    motcua.figure_span_start, motcua.figure_settles, motcua.figure_contribution, motcua.figure_fold, motcua.figure_rebuild,
    motcua.figure_unsettle, motcua.figure_wait, motcua.figure_periods, motcua.figure_told FROM PUBLIC;
GRANT SELECT ON motcua.figure_recount, motcua.figure_cell, motcua.figure_usual, motcua.figure_unsettled, motcua.figure_undo
    TO motcua_app, motcua_report;
GRANT EXECUTE ON FUNCTION motcua.figure_judge, motcua.figure_judge_first, motcua.figure_span,
    motcua.figure_span_start, motcua.figure_settles, motcua.figure_contribution, motcua.figure_fact,
    motcua.figure_periods, motcua.figure_told TO motcua_app, motcua_report;
GRANT EXECUTE ON FUNCTION motcua.figure_fold, motcua.figure_rebuild TO motcua_app;
