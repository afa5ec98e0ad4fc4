-- What figures are counted from: one narrow row a dossier, written with the act that moves a milestone (taken
-- in, resolved, ended, moved, asked for papers), never by a hand-on.  What a figure is stands in common/figures;
-- here are only facts about a dossier within a period (figure_work, figure_first), by which all of them count.
SET LOCAL ROLE motcua_owner;

-- closed: when it left the work; resolved: with a result, else it ended otherwise or was not received.
-- due_at: when the three dates were last told; stopped: since when its clock stands still, if that came last.
-- officer (người thụ lý): who drafted the result, without a draft who approved it.  moved: place_ledger knows
-- where it was before.
CREATE TABLE motcua.figure_dossier (
    dossier bigint PRIMARY KEY,
    officer bigint NOT NULL,
    first_decided timestamptz,
    accepted timestamptz,
    original timestamptz,
    basis timestamptz,
    current timestamptz,
    due_at timestamptz,
    stopped timestamptz,
    supplemented timestamptz,
    closed timestamptz,
    receiving integer NOT NULL,
    competent integer NOT NULL,
    channel smallint NOT NULL,
    resolved boolean NOT NULL,
    refused boolean NOT NULL,
    first_accepted boolean NOT NULL,
    refused_incomplete boolean NOT NULL,
    by_officer boolean NOT NULL,
    moved boolean NOT NULL,
    procedure text NOT NULL,
    applicant text NOT NULL
) WITH (fillfactor = 85);

CREATE FUNCTION motcua.figure_fact(d motcua.dossier) RETURNS motcua.figure_dossier
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.id, coalesce(substring(d.state from '"dr":\{"by":(\d+)'),
                          (regexp_match(d.state, '"rs":\{("refusal":true,)?"by":(\d+)'))[2], '0')::bigint,
           d.first_decided, d.accepted, d.original_due, d.basis_due, d.current_due, d.accepted,
           NULL::timestamptz, d.supplemented, d.closed, d.receiving, d.competent, d.channel,
           d.finished IS NOT NULL, strpos(d.state, '"rs":{"refusal":true') > 0, d.first_accepted,
           d.refused_incomplete, strpos(d.state, '"bo":true') > 0, false, d.procedure,
           coalesce(substring(d.state from '"ak":"(\w+)"'), '')
$$;

CREATE FUNCTION motcua.figure_moved() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    f motcua.figure_dossier := motcua.figure_fact(NEW);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE motcua.figure_dossier o
           SET officer = f.officer, first_decided = f.first_decided, accepted = f.accepted,
               original = f.original, basis = f.basis, current = f.current,
               due_at = coalesce(o.due_at, f.due_at), supplemented = f.supplemented,
               closed = f.closed, receiving = f.receiving, competent = f.competent, channel = f.channel,
               resolved = f.resolved, refused = f.refused, first_accepted = f.first_accepted,
               refused_incomplete = f.refused_incomplete, by_officer = f.by_officer,
               moved = o.moved OR o.receiving <> f.receiving OR o.competent <> f.competent,
               applicant = f.applicant
         WHERE o.dossier = f.dossier;
        IF FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO motcua.figure_dossier SELECT (f).*;
    RETURN NULL;
END $$;
-- What was only handed in is no figure yet.
CREATE TRIGGER figure_new AFTER INSERT ON motcua.dossier
    FOR EACH ROW WHEN (NEW.first_decided IS NOT NULL OR NEW.accepted IS NOT NULL)
    EXECUTE FUNCTION motcua.figure_moved();
CREATE TRIGGER figure_moved AFTER UPDATE OF first_decided, accepted, supplemented, closed, receiving,
        competent, channel, refused_incomplete ON motcua.dossier
    FOR EACH ROW WHEN ((NEW.first_decided IS NOT NULL OR NEW.accepted IS NOT NULL)
        AND (OLD.first_decided, OLD.accepted, OLD.supplemented, OLD.closed, OLD.receiving, OLD.competent,
             OLD.channel, OLD.refused_incomplete)
            IS DISTINCT FROM (NEW.first_decided, NEW.accepted, NEW.supplemented, NEW.closed,
                              NEW.receiving, NEW.competent, NEW.channel, NEW.refused_incomplete))
    EXECUTE FUNCTION motcua.figure_moved();

-- Dates told after acceptance, and clocks that came to a stand.
CREATE FUNCTION motcua.figure_due() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE motcua.figure_dossier
       SET original = NEW.original, basis = NEW.basis, current = NEW.current, due_at = NEW.at,
           stopped = CASE WHEN NEW.cause = 'stopped' THEN NEW.at END
     WHERE dossier = NEW.dossier;
    RETURN NULL;
END $$;
CREATE TRIGGER figure_due AFTER INSERT ON motcua.due_ledger
    FOR EACH ROW WHEN (NEW.cause <> 'acceptance') EXECUTE FUNCTION motcua.figure_due();

INSERT INTO motcua.figure_dossier
    SELECT f.dossier, f.officer, f.first_decided, f.accepted, f.original, f.basis, f.current,
           coalesce(l.at, f.due_at), CASE WHEN l.cause = 'stopped' THEN l.at END, f.supplemented,
           f.closed, f.receiving, f.competent, f.channel, f.resolved, f.refused, f.first_accepted,
           f.refused_incomplete, f.by_officer,
           EXISTS (SELECT FROM motcua.place_ledger g WHERE g.dossier = d.id), f.procedure, f.applicant
      FROM motcua.dossier d
     CROSS JOIN LATERAL motcua.figure_fact(d) f
      LEFT JOIN LATERAL (SELECT u.at, u.cause FROM motcua.due_ledger u WHERE u.dossier = d.id
                          ORDER BY u.seq DESC LIMIT 1) l ON true
     WHERE d.first_decided IS NOT NULL OR d.accepted IS NOT NULL;

-- What is open and what was closed in a period; what was open at a time that is past (accepted not long before
-- it, or one of the few that took longer than 60 days); first decisions; what has moved.
CREATE INDEX figure_closed ON motcua.figure_dossier (competent, closed) WHERE accepted IS NOT NULL;
CREATE INDEX figure_accepted ON motcua.figure_dossier (competent, accepted, closed)
    WHERE closed IS NOT NULL AND accepted IS NOT NULL;
CREATE INDEX figure_long ON motcua.figure_dossier (closed)
    WHERE accepted IS NOT NULL AND closed - accepted > interval '60 days';
CREATE INDEX figure_decided ON motcua.figure_dossier (receiving, first_decided)
    WHERE first_decided IS NOT NULL;
CREATE INDEX figure_placed ON motcua.figure_dossier (closed) WHERE moved;

-- What a report calls a day: of Viet Nam, which keeps one time all year.
CREATE FUNCTION motcua.figure_day(t timestamptz) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT (t AT TIME ZONE interval '7 hours')::date $$;

-- One row for each period k (from p_bounds[k] up to, exclusive, p_bounds[k + 1]) in which a dossier was in the
-- work: received in it, carried over into it, resolved or ended in it.  It counts with the agency that was
-- responsible at the end of the period (place).  facts, by common/figures/facts.h:
--   bits 0-2  class by the date p_basis (0 original, 1 basis, 2 current) at the end of the period:
--             0 early 1 on time 2 late 3 pending within 4 pending overdue 5 waiting, the clock stands still
--             (what was late when it stopped is late) 6 ended otherwise
--   bit 3  received in the period        bits 4-5  channel
--   bit 6  typed in by an officer (nộp hộ)  bit 7  received outside the competent agency's territory
--   bit 8  papers asked for after acceptance  bit 9  promise moved with an apology  bit 10  refused
-- p_body: by number of an agency, the body it belongs to; p_past: the last bound lies before now.
CREATE FUNCTION motcua.figure_work(p_agencies integer[], p_bounds timestamptz[], p_basis integer,
                                   p_observed timestamptz, p_past boolean, p_body integer[])
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer,
                   channel smallint, officer bigint, procedure text, applicant text,
                   accepted timestamptz, due timestamptz, closed timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT y.k, y.dossier, y.class + CASE WHEN y.accepted >= y.since THEN 8 ELSE 0 END
           + (y.channel::integer << 4) + CASE WHEN y.by_officer THEN 64 ELSE 0 END
           + CASE WHEN p_body[y.receiving] <> p_body[y.place] THEN 128 ELSE 0 END
           + CASE WHEN y.supplemented < least(y.until, p_observed) THEN 256 ELSE 0 END
           + CASE WHEN y.apologised THEN 512 ELSE 0 END
           + CASE WHEN y.refused AND y.class < 3 THEN 1024 ELSE 0 END,
           y.place, y.receiving, y.channel, y.officer, y.procedure, y.applicant, y.accepted, y.due,
           CASE WHEN y.class < 3 OR y.class = 6 THEN y.closed END
      FROM (
    SELECT x.*, CASE
           WHEN x.closed < x.until AND NOT x.resolved THEN 6
           WHEN x.closed < x.until AND x.closed > x.due THEN 2
           WHEN x.closed < x.until THEN
                CASE WHEN motcua.figure_day(x.closed) < motcua.figure_day(x.due) THEN 0 ELSE 1 END
           WHEN x.due < coalesce(x.now_stopped, x.until) THEN 4
           WHEN x.now_stopped IS NOT NULL THEN 5
           ELSE 3 END AS class
      FROM (
    SELECT w.*, p.k, p_bounds[p.k] AS since, p_bounds[p.k + 1] AS until,
           CASE WHEN w.due_at < p_bounds[p.k + 1] THEN
                     CASE p_basis WHEN 0 THEN w.original WHEN 1 THEN w.basis ELSE w.current END
                ELSE (SELECT CASE p_basis WHEN 0 THEN l.original WHEN 1 THEN l.basis ELSE l.current END
                        FROM motcua.due_ledger l
                       WHERE l.dossier = w.dossier AND l.at < p_bounds[p.k + 1]
                       ORDER BY l.seq DESC LIMIT 1) END AS due,
           CASE WHEN w.due_at < p_bounds[p.k + 1] THEN w.stopped
                ELSE (SELECT CASE WHEN l.cause = 'stopped' THEN l.at END FROM motcua.due_ledger l
                       WHERE l.dossier = w.dossier AND l.at < p_bounds[p.k + 1]
                       ORDER BY l.seq DESC LIMIT 1) END AS now_stopped,
           CASE WHEN w.due_at < p_bounds[p.k + 1] THEN w.current > w.basis
                ELSE (SELECT l.current > l.basis FROM motcua.due_ledger l
                       WHERE l.dossier = w.dossier AND l.at < p_bounds[p.k + 1]
                       ORDER BY l.seq DESC LIMIT 1) END AS apologised,
           CASE WHEN w.moved THEN coalesce((
                SELECT g.competent FROM motcua.place_ledger g
                 WHERE g.dossier = w.dossier AND g.at >= p_bounds[p.k + 1] ORDER BY g.seq LIMIT 1),
                w.competent) ELSE w.competent END AS place
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
              AND f.accepted < p_bounds[cardinality(p_bounds)]) w
      JOIN generate_series(1, cardinality(p_bounds) - 1) p(k)
        ON w.accepted < p_bounds[p.k + 1] AND (w.closed IS NULL OR w.closed >= p_bounds[p.k])) x) y
     WHERE y.place = ANY (p_agencies)
$$;

-- One row for each chain of submissions whose first attempt was decided in a period, with the unit that decided
-- it.  facts: bit 30 always; bit 0 first attempt accepted; bit 1 valid (accepted, no papers asked for later,
-- not refused as incomplete); bit 2 taken in; bit 3 papers asked for after that, all as known at p_observed;
-- bits 4 to 7 as above.
CREATE FUNCTION motcua.figure_first(p_agencies integer[], p_bounds timestamptz[], p_observed timestamptz,
                                    p_body integer[])
    RETURNS TABLE (k integer, dossier bigint, facts integer, place integer, receiving integer,
                   channel smallint, officer bigint, procedure text, applicant text,
                   accepted timestamptz, due timestamptz, closed timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT x.k, x.dossier, (1 << 30) + CASE WHEN x.first_accepted THEN 1 ELSE 0 END
           + CASE WHEN x.first_accepted AND x.accepted < p_observed
                       AND NOT coalesce(x.supplemented < p_observed, false)
                       AND NOT (x.refused_incomplete AND coalesce(x.closed < p_observed, false))
                  THEN 2 ELSE 0 END
           + CASE WHEN x.accepted < p_observed THEN 4 ELSE 0 END
           + CASE WHEN x.accepted IS NOT NULL AND x.supplemented < p_observed THEN 8 ELSE 0 END
           + (x.channel::integer << 4) + CASE WHEN x.by_officer THEN 64 ELSE 0 END
           + CASE WHEN p_body[x.place] <> p_body[x.competent] THEN 128 ELSE 0 END,
           x.place, x.place, x.channel, x.officer, x.procedure, x.applicant, x.accepted, x.current,
           x.closed
      FROM (
    SELECT f.*, width_bucket(f.first_decided, p_bounds) AS k,
           CASE WHEN f.moved THEN coalesce((
                SELECT g.receiving FROM motcua.place_ledger g
                 WHERE g.dossier = f.dossier AND g.at > f.first_decided ORDER BY g.seq LIMIT 1),
                f.receiving) ELSE f.receiving END AS place
      FROM (SELECT o.* FROM motcua.figure_dossier o
             WHERE o.receiving = ANY (p_agencies) AND o.first_decided >= p_bounds[1]
               AND o.first_decided < p_bounds[cardinality(p_bounds)]
             UNION ALL
            SELECT m.* FROM motcua.figure_dossier m
             WHERE m.moved AND NOT m.receiving = ANY (p_agencies) AND m.first_decided >= p_bounds[1]
               AND m.first_decided < p_bounds[cardinality(p_bounds)]) f) x
     WHERE x.place = ANY (p_agencies)
$$;

REVOKE EXECUTE ON FUNCTION motcua.figure_fact, motcua.figure_moved, motcua.figure_due, motcua.figure_day,
    motcua.figure_work, motcua.figure_first FROM PUBLIC;
GRANT SELECT ON motcua.figure_dossier TO motcua_app, motcua_report;
GRANT EXECUTE ON FUNCTION motcua.figure_day, motcua.figure_work, motcua.figure_first TO motcua_app, motcua_report;
