-- Day seals (niêm phong ngày): one digest a day over every event recorded on it, chained from day to day.  Whoever keeps a
-- seal outside (printed, mailed, on a web page) can prove later that no history of that day or of any day before was
-- added to, taken from or changed, even by somebody who could rewrite the whole chain of a dossier.
-- A day is the civil day in Viet Nam of the moment an event was recorded.
SET LOCAL ROLE motcua_owner;

CREATE TABLE motcua.day_seal (
    day date PRIMARY KEY,
    events bigint NOT NULL CHECK (events >= 0),
    dossiers bigint NOT NULL CHECK (dossiers >= 0),
    prev bytea NOT NULL CHECK (length(prev) = 32),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT motcua.make_append_only($t$motcua.day_seal$t$);

-- Events come in the order of time, so a few pages a day are looked at and writing costs next to nothing.
CREATE INDEX event_recorded ON motcua.dossier_event USING brin (at) WITH (pages_per_range = 16, autosummarize = on);

-- What a seal of this day after that digest says.  content: SHA-256 over the hashes of the day's events in the order of
-- dossier and number; digest: SHA-256 over the seal before, the day as YYYY-MM-DD, content.
CREATE FUNCTION motcua.day_seal_of(p_day date, p_prev bytea, OUT events bigint, OUT dossiers bigint, OUT digest bytea)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*), count(DISTINCT e.dossier),
           sha256(p_prev || convert_to(to_char(p_day, 'YYYY-MM-DD'), 'UTF8')
                  || sha256(coalesce(string_agg(e.hash, ''::bytea ORDER BY e.dossier, e.seq), ''::bytea)))
      FROM motcua.dossier_event e
     WHERE e.at >= p_day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
       AND e.at < (p_day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
$$;

-- Seals the next days that are over, at most p_most; answers how many.  An hour after midnight nothing of the day before is
-- under way any more.  Of several daemons one does it, the others answer 0.
CREATE FUNCTION motcua.day_seal_next(p_most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last motcua.day_seal;
    d date;
    over date := ((clock_timestamp() - interval '1 hour') AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    n integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(7305, 1) THEN
        RETURN 0;
    END IF;
    SELECT * INTO last FROM motcua.day_seal ORDER BY day DESC LIMIT 1;
    IF last.day IS NULL THEN
        -- Dossiers are numbered as they come: the first day is among the first of them.
        SELECT (min(e.at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date INTO d
          FROM (SELECT at FROM motcua.dossier_event ORDER BY dossier, seq LIMIT 20000) e;
        last.digest := decode(repeat('00', 32), 'hex');
    ELSE
        d := last.day + 1;
    END IF;
    WHILE d < over AND n < p_most LOOP
        INSERT INTO motcua.day_seal (day, events, dossiers, prev, digest)
            SELECT d, s.events, s.dossiers, last.digest, s.digest FROM motcua.day_seal_of(d, last.digest) s
            RETURNING * INTO last;
        d := d + 1;
        n := n + 1;
    END LOOP;
    RETURN n;
END $$;

REVOKE ALL ON FUNCTION motcua.day_seal_next FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.day_seal_next, motcua.day_seal_of TO motcua_app;
GRANT SELECT ON motcua.day_seal TO motcua_app;
