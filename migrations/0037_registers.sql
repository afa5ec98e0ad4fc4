-- The register book (sổ theo dõi hồ sơ; Circular 01/2018 art. 10, form 07 of Circular 03/2025): one a receiving unit, field and
-- year, numbered from 01 in the order of receipt without gaps, in volumes (quyển).  Acceptance writes nothing here: whoever
-- needs a number (a receipt that is printed, the book that is looked at or closed) first enters all that was received
-- before, so that taking in costs what it did.  A closed book stays as it is: what is entered later goes to the next year's.
SET LOCAL ROLE motcua_owner;

-- upto: all that this unit took in before it has been entered.  The row is the lock of its books.
CREATE TABLE motcua.register_unit (
    agency integer PRIMARY KEY,
    upto timestamptz NOT NULL
);
-- volume: the one that is written now, beginning with number volume_from.
CREATE TABLE motcua.register_book (
    agency integer NOT NULL,
    field text NOT NULL CHECK (length(field) BETWEEN 1 AND 64),
    year integer NOT NULL CHECK (year BETWEEN 2000 AND 2200),
    last integer NOT NULL CHECK (last > 0),
    volume integer NOT NULL CHECK (volume > 0),
    volume_from integer NOT NULL CHECK (volume_from > 0),
    closed timestamptz,
    closed_by bigint REFERENCES motcua.account,
    digest bytea CHECK (length(digest) = 32),
    PRIMARY KEY (agency, field, year),
    CHECK ((closed IS NULL) = (digest IS NULL) AND (closed IS NULL) = (closed_by IS NULL))
);
CREATE TABLE motcua.register_entry (
    dossier bigint PRIMARY KEY,
    agency integer NOT NULL,
    field text NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    volume integer NOT NULL CHECK (volume > 0),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (agency, field, year, number)
);
SELECT motcua.make_append_only($t$motcua.register_entry$t$);
CREATE INDEX place_ledger_receiving ON motcua.place_ledger (receiving, at);

CREATE FUNCTION motcua.register_year(t timestamptz) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT extract(year FROM t AT TIME ZONE 'Asia/Ho_Chi_Minh')::integer
$$;

-- Nobody adds to a closed book or opens it again, the owner included.
CREATE FUNCTION motcua.register_kept() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'register_entry' THEN
        IF EXISTS (SELECT FROM motcua.register_book b WHERE b.agency = NEW.agency AND b.field = NEW.field
                      AND b.year = NEW.year AND b.closed IS NOT NULL) THEN
            RAISE EXCEPTION 'this register book is closed' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP <> 'UPDATE' OR OLD.closed IS NOT NULL OR NEW.last < OLD.last
       OR (NEW.agency, NEW.field, NEW.year) IS DISTINCT FROM (OLD.agency, OLD.field, OLD.year) THEN
        RAISE EXCEPTION 'a register book is kept as it is' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER register_kept BEFORE INSERT ON motcua.register_entry
    FOR EACH ROW EXECUTE FUNCTION motcua.register_kept();
CREATE TRIGGER register_kept BEFORE UPDATE OR DELETE ON motcua.register_book
    FOR EACH ROW EXECUTE FUNCTION motcua.register_kept();
CREATE TRIGGER register_kept_whole BEFORE TRUNCATE ON motcua.register_book
    FOR EACH STATEMENT EXECUTE FUNCTION motcua.register_kept();
ALTER TABLE motcua.register_entry ENABLE ALWAYS TRIGGER register_kept;
ALTER TABLE motcua.register_book ENABLE ALWAYS TRIGGER register_kept;
ALTER TABLE motcua.register_book ENABLE ALWAYS TRIGGER register_kept_whole;

-- Enters what a unit took in up to p_until, at most p_most; answers how many.  p_codes, p_versions, p_fields: the field
-- of each version of a procedure.  p_settled: an act under way may be committed so long after its moment.
CREATE FUNCTION motcua.register_enter(p_agency integer, p_until timestamptz, p_settled interval, p_codes text[],
                                      p_versions integer[], p_fields text[], p_volume integer, p_most integer)
    RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_upto timestamptz;
    v_n integer;
    v_last timestamptz;
BEGIN
    INSERT INTO motcua.register_unit (agency, upto) VALUES (p_agency, '-infinity') ON CONFLICT DO NOTHING;
    SELECT u.upto INTO v_upto FROM motcua.register_unit u WHERE u.agency = p_agency FOR UPDATE;
    WITH came AS (
        SELECT d.id, d.accepted, d.procedure, d.version FROM motcua.dossier d
         WHERE d.receiving = p_agency AND d.accepted >= v_upto AND d.accepted <= p_until
         UNION ALL
        SELECT d.id, d.accepted, d.procedure, d.version
          FROM (SELECT DISTINCT g.dossier FROM motcua.place_ledger g
                 WHERE g.receiving = p_agency AND g.at >= v_upto) g
          JOIN motcua.dossier d ON d.id = g.dossier
         WHERE d.receiving <> p_agency AND d.accepted >= v_upto AND d.accepted <= p_until),
    next AS MATERIALIZED (
        SELECT c.*, motcua.register_year(c.accepted) AS own FROM came c
         WHERE NOT EXISTS (SELECT FROM motcua.register_entry e WHERE e.dossier = c.id)
           -- taken in elsewhere and moved here later
           AND p_agency = coalesce((SELECT g.receiving FROM motcua.place_ledger g WHERE g.dossier = c.id
                                       AND g.at > c.accepted ORDER BY g.seq LIMIT 1), p_agency)
         ORDER BY c.accepted, c.id LIMIT p_most),
    known AS MATERIALIZED (SELECT * FROM unnest(p_codes, p_versions, p_fields) k(code, version, field)),
    latest AS (SELECT DISTINCT ON (k.code) k.code, k.field FROM known k ORDER BY k.code, k.version DESC),
    fielded AS (
        SELECT n.*, coalesce(k.field, l.field, '-') AS field FROM next n
          LEFT JOIN known k ON k.code = n.procedure AND k.version = n.version
          LEFT JOIN latest l ON l.code = n.procedure),
    book AS ( -- the first that is still open
        SELECT o.field, o.own, y.year, coalesce(b.last, 0) AS last, coalesce(b.volume, 1) AS volume,
               coalesce(b.volume_from, 1) AS volume_from
          FROM (SELECT DISTINCT f.field, f.own FROM fielded f) o
         CROSS JOIN LATERAL (
               SELECT y FROM generate_series(o.own, o.own + 100) y
                WHERE NOT EXISTS (SELECT FROM motcua.register_book c WHERE c.agency = p_agency AND c.field = o.field
                                     AND c.year = y AND c.closed IS NOT NULL) ORDER BY y LIMIT 1) y(year)
          LEFT JOIN motcua.register_book b ON b.agency = p_agency AND b.field = o.field AND b.year = y.year),
    numbered AS (
        SELECT f.id, f.accepted, b.field, b.year, b.volume, b.volume_from, b.last
               + row_number() OVER (PARTITION BY b.field, b.year ORDER BY f.accepted, f.id)::integer AS number
          FROM fielded f JOIN book b ON b.field = f.field AND b.own = f.own),
    written AS (
        INSERT INTO motcua.register_entry (dossier, agency, field, year, number, volume)
        SELECT n.id, p_agency, n.field, n.year, n.number, n.volume + (n.number - n.volume_from) / p_volume
          FROM numbered n ORDER BY n.field, n.year, n.number),
    booked AS (
        INSERT INTO motcua.register_book AS b (agency, field, year, last, volume, volume_from)
        SELECT p_agency, n.field, n.year, max(n.number), max(n.volume + (n.number - n.volume_from) / p_volume),
               max(n.volume_from + (n.number - n.volume_from) / p_volume * p_volume)
          FROM numbered n GROUP BY n.field, n.year
            ON CONFLICT (agency, field, year) DO UPDATE
               SET last = excluded.last, volume = excluded.volume, volume_from = excluded.volume_from)
    SELECT count(*), max(n.accepted) INTO v_n, v_last FROM numbered n;
    UPDATE motcua.register_unit u
       SET upto = greatest(u.upto, least(CASE WHEN v_n >= p_most THEN v_last ELSE p_until END,
                                         clock_timestamp() - p_settled))
     WHERE u.agency = p_agency;
    RETURN v_n;
END $$;

-- Where a dossier stands, entered now if it was not yet; no row when it was not taken in, when others before it wait to be
-- entered, or when p_paper was printed before it stood anywhere: a paper stays as it was.
CREATE FUNCTION motcua.register_number(p_code text, p_paper text, p_settled interval, p_codes text[],
                                       p_versions integer[], p_fields text[], p_volume integer, p_most integer)
    RETURNS TABLE (field text, year integer, volume integer, number integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id bigint;
    v_agency integer;
    v_accepted timestamptz;
BEGIN
    SELECT d.id, d.accepted, coalesce((SELECT g.receiving FROM motcua.place_ledger g WHERE g.dossier = d.id
                                          AND g.at > d.accepted ORDER BY g.seq LIMIT 1), d.receiving)
      INTO v_id, v_accepted, v_agency FROM motcua.dossier d WHERE d.code = p_code AND d.accepted IS NOT NULL;
    IF v_id IS NULL THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM motcua.register_entry e WHERE e.dossier = v_id) THEN
        PERFORM motcua.register_enter(v_agency, v_accepted, p_settled, p_codes, p_versions, p_fields, p_volume,
                                      p_most);
    END IF;
    RETURN QUERY SELECT e.field, e.year, e.volume, e.number FROM motcua.register_entry e
                  WHERE e.dossier = v_id
                    AND NOT EXISTS (SELECT FROM motcua.print_log l WHERE l.subject = p_code AND l.paper = p_paper
                                       AND l.at < e.at);
END $$;

-- What a closed book is known by: SHA-256 over agency, field, year, last number, then of each entry in order its number,
-- the code of the dossier and the hash of the event by which it was taken in (which no history can change).
CREATE FUNCTION motcua.register_digest(p_agency integer, p_field text, p_year integer) RETURNS bytea
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to(p_agency || '/' || p_field || '/' || p_year || '/' || count(*), 'UTF8')
                  || coalesce(string_agg(convert_to(' ' || e.number || ' ' || d.code || ' ', 'UTF8') || v.hash, ''::bytea
                                         ORDER BY e.number), ''::bytea))
      FROM motcua.register_entry e JOIN motcua.dossier d ON d.id = e.dossier
     CROSS JOIN LATERAL (SELECT v.hash FROM motcua.dossier_event v WHERE v.dossier = e.dossier
                            AND v.kind = 'ACCEPTED' ORDER BY v.seq LIMIT 1) v
     WHERE e.agency = p_agency AND e.field = p_field AND e.year = p_year
$$;

-- Closes a book after its year.  p_last: its last number as it was seen.  Answers closed | none | early | moved | before
-- (somebody else closed it).  Closing again what one has closed answers closed.
CREATE FUNCTION motcua.register_close(p_agency integer, p_field text, p_year integer, p_last integer, p_by bigint)
    RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_upto timestamptz;
    b motcua.register_book;
BEGIN
    SELECT u.upto INTO v_upto FROM motcua.register_unit u WHERE u.agency = p_agency FOR UPDATE;
    SELECT * INTO b FROM motcua.register_book x WHERE x.agency = p_agency AND x.field = p_field AND x.year = p_year;
    IF b.agency IS NULL THEN
        RETURN 'none';
    ELSIF b.closed IS NOT NULL THEN
        RETURN CASE WHEN b.closed_by = p_by AND b.last = p_last THEN 'closed' ELSE 'before' END;
    ELSIF motcua.register_year(v_upto) <= p_year THEN
        RETURN 'early'; -- acts of the year may still be under way
    ELSIF b.last <> p_last THEN
        RETURN 'moved';
    END IF;
    UPDATE motcua.register_book x
       SET closed = clock_timestamp(), closed_by = p_by, digest = motcua.register_digest(p_agency, p_field, p_year)
     WHERE x.agency = p_agency AND x.field = p_field AND x.year = p_year;
    RETURN 'closed';
END $$;

REVOKE EXECUTE ON FUNCTION motcua.register_year, motcua.register_kept, motcua.register_enter, motcua.register_number,
    motcua.register_digest, motcua.register_close FROM PUBLIC;
GRANT SELECT ON motcua.register_unit, motcua.register_book, motcua.register_entry TO motcua_app;
GRANT EXECUTE ON FUNCTION motcua.register_year, motcua.register_enter, motcua.register_number, motcua.register_digest,
    motcua.register_close TO motcua_app;
