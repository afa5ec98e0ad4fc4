-- The print log: every paper that left, with the digest of its bytes, and every template that one was printed
-- by, so that a reprint years later is the same.  No personal data: what a paper said comes from the history.
SET LOCAL ROLE motcua_owner;

CREATE TABLE motcua.paper_template (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    paper text NOT NULL,
    source text COMPRESSION lz4 NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- subject: code of the dossier or submission; of a list its period and agency.  paper: kind, and which request it is
-- about.  variant: sheet, copy, language.  nth counts the prints of one variant, from 1.  record: digest
-- of what it says; plain: of the bytes without the mark of a reprint; given: of the bytes that left.
CREATE TABLE motcua.print_log (
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    paper text NOT NULL CHECK (length(paper) BETWEEN 1 AND 100),
    variant text NOT NULL CHECK (length(variant) BETWEEN 1 AND 100),
    nth integer NOT NULL CHECK (nth > 0),
    reprint boolean NOT NULL,
    same boolean NOT NULL,
    seq bigint,
    record bytea NOT NULL CHECK (length(record) = 32),
    template bytea NOT NULL REFERENCES motcua.paper_template,
    plain bytea NOT NULL CHECK (length(plain) = 32),
    given bytea NOT NULL CHECK (length(given) = 32),
    pages integer NOT NULL CHECK (pages > 0),
    copies integer NOT NULL CHECK (copies > 0),
    printed_by bigint NOT NULL REFERENCES motcua.account,
    agency integer NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (subject, paper, variant, nth),
    CHECK (nth > 1 OR NOT reprint),
    CHECK (reprint OR (same AND plain = given))
);
SELECT motcua.make_append_only($t$motcua.paper_template$t$);
SELECT motcua.make_append_only($t$motcua.print_log$t$);

-- False: this number is taken; the daemon looks again.
CREATE FUNCTION motcua.print_put(p_subject text, p_paper text, p_variant text, p_nth integer,
    p_reprint boolean, p_same boolean, p_seq bigint, p_record bytea, p_template bytea, p_source text,
    p_kind text, p_plain bytea, p_given bytea, p_pages integer, p_copies integer, p_by bigint,
    p_agency integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_template <> sha256(convert_to(p_source, 'UTF8')) THEN
        RAISE EXCEPTION 'hash does not match the text' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO motcua.paper_template (hash, paper, source) VALUES (p_template, p_kind, p_source)
        ON CONFLICT DO NOTHING;
    INSERT INTO motcua.print_log (subject, paper, variant, nth, reprint, same, seq, record, template, plain,
                                  given, pages, copies, printed_by, agency)
        VALUES (p_subject, p_paper, p_variant, p_nth, p_reprint, p_same, p_seq, p_record, p_template, p_plain,
                p_given, p_pages, p_copies, p_by, p_agency)
        ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- Day sheets and register books: what a unit received in a period.
CREATE INDEX dossier_received ON motcua.dossier (receiving, accepted) WHERE accepted IS NOT NULL;

GRANT EXECUTE ON FUNCTION motcua.print_put TO motcua_app;
GRANT SELECT ON motcua.paper_template, motcua.print_log TO motcua_app;
