-- Numbers of papers by book: one running number from 1 for each agency, kind of paper and year, given once
-- to each paper and never twice, without gaps.  The number is taken before the paper is drawn; a paper that was not drawn
-- after all takes the same number at the next try.
SET LOCAL ROLE motcua_owner;

CREATE TABLE motcua.paper_book (
    agency integer NOT NULL,
    book text NOT NULL CHECK (length(book) BETWEEN 1 AND 50),
    year integer NOT NULL CHECK (year BETWEEN 2000 AND 2200),
    last integer NOT NULL CHECK (last >= 0),
    PRIMARY KEY (agency, book, year)
);
CREATE TABLE motcua.paper_number (
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
    paper text NOT NULL CHECK (length(paper) BETWEEN 1 AND 100),
    agency integer NOT NULL,
    book text NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (subject, paper),
    UNIQUE (agency, book, year, number)
);
SELECT motcua.make_append_only($t$motcua.paper_number$t$);

-- NULL: it was printed before there were numbers, and stays as it is.
CREATE FUNCTION motcua.paper_number_take(p_subject text, p_paper text, p_agency integer, p_book text,
    p_year integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    n integer;
BEGIN
    SELECT number INTO n FROM motcua.paper_number WHERE subject = p_subject AND paper = p_paper;
    IF FOUND THEN
        RETURN n;
    END IF;
    IF EXISTS (SELECT FROM motcua.print_log WHERE subject = p_subject AND paper = p_paper) THEN
        RETURN NULL;
    END IF;
    -- Whoever holds the book looks again: two printers may ask for the same paper.
    INSERT INTO motcua.paper_book AS b (agency, book, year, last) VALUES (p_agency, p_book, p_year, 0)
        ON CONFLICT (agency, book, year) DO UPDATE SET last = b.last;
    SELECT number INTO n FROM motcua.paper_number WHERE subject = p_subject AND paper = p_paper;
    IF FOUND THEN
        RETURN n;
    END IF;
    UPDATE motcua.paper_book SET last = last + 1
     WHERE agency = p_agency AND book = p_book AND year = p_year RETURNING last INTO n;
    INSERT INTO motcua.paper_number (subject, paper, agency, book, year, number)
        VALUES (p_subject, p_paper, p_agency, p_book, p_year, n);
    RETURN n;
END $$;

GRANT EXECUTE ON FUNCTION motcua.paper_number_take TO motcua_app;
GRANT SELECT ON motcua.paper_number TO motcua_app;
