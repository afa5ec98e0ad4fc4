-- Dossiers: the state that screens read, the open tasks, the history, and what lies apart from them.
-- Only motcua.store_acts (0005) writes here.
SET LOCAL ROLE motcua_owner;

-- Tables that every act writes carry no CHECK: PostgreSQL reads its text anew in every statement, which
-- cost as much as the writing.  Domains are kept ready; what they cannot say, store_acts checks where
-- it moves (it is the only writer).
CREATE DOMAIN motcua.hash AS bytea CHECK (length(VALUE) = 32);
CREATE DOMAIN motcua.short AS text CHECK (length(VALUE) <= 128);
GRANT USAGE ON TYPE motcua.hash, motcua.short TO motcua_app, motcua_public, motcua_report;

-- Workers draw blocks of 64 numbers: event digests need the number before the row exists.
CREATE SEQUENCE motcua.dossier_id INCREMENT BY 64 START WITH 64;

-- One row a dossier.  No index holds a column that an ordinary act changes (seq, head, the four
-- statuses, number, state): such updates stay on their page (HOT), hence the fill factor.
-- closed: when it left the work (finished, ended otherwise, or not received).
-- Texts that grow beyond a quarter of a page are compressed with lz4, several times faster than pglz.
CREATE TABLE motcua.dossier (
    id bigint PRIMARY KEY,
    seq bigint NOT NULL,
    head motcua.hash NOT NULL,
    status smallint NOT NULL,
    money smallint NOT NULL,
    handover smallint NOT NULL,
    sync smallint NOT NULL,
    channel smallint NOT NULL,
    version integer NOT NULL,
    receiving integer NOT NULL,
    competent integer NOT NULL,
    first_accepted boolean NOT NULL,
    refused_incomplete boolean NOT NULL,
    code text,
    submission text,
    procedure text NOT NULL,
    procedure_hash bytea NOT NULL,
    chain bytea,
    submitted timestamptz,
    first_decided timestamptz,
    accepted timestamptz,
    original_due timestamptz,
    basis_due timestamptz,
    current_due timestamptz,
    supplemented timestamptz,
    finished timestamptz,
    returned timestamptz,
    ended timestamptz,
    closed timestamptz,
    track_hash bytea,
    number text,
    state text COMPRESSION lz4 NOT NULL
) WITH (fillfactor = 75);
-- equality and prefixes
CREATE UNIQUE INDEX dossier_code ON motcua.dossier (code text_pattern_ops) WHERE code IS NOT NULL;
CREATE UNIQUE INDEX dossier_submission ON motcua.dossier (submission) WHERE submission IS NOT NULL;
-- the lists of what was received, what left the work, and what is in it
CREATE INDEX dossier_accepted ON motcua.dossier (competent, accepted) WHERE accepted IS NOT NULL;
CREATE INDEX dossier_closed ON motcua.dossier (competent, closed) WHERE closed IS NOT NULL;
CREATE INDEX dossier_ended ON motcua.dossier (competent, ended)
    WHERE ended IS NOT NULL AND accepted IS NOT NULL AND finished IS NULL;
CREATE INDEX dossier_open ON motcua.dossier (competent, basis_due) INCLUDE (procedure)
    WHERE accepted IS NOT NULL AND closed IS NULL;
CREATE INDEX dossier_waiting ON motcua.dossier (receiving, submitted, id)
    WHERE accepted IS NULL AND closed IS NULL;
-- the attempts of one owner for one procedure, the last one first
CREATE INDEX dossier_chain ON motcua.dossier (chain, submitted) WHERE chain IS NOT NULL;
CREATE INDEX dossier_decided ON motcua.dossier (receiving, first_decided)
    WHERE first_decided IS NOT NULL;

-- Where the work lies: one row an open task, gone when the step is done.  officer 0: in the queue of
-- (agency, role).  due and promised are never null: 9999-01-01 stands for no limit.
CREATE TABLE motcua.task (
    dossier bigint NOT NULL,
    seq bigint NOT NULL,
    officer bigint NOT NULL,
    due timestamptz NOT NULL,
    promised timestamptz NOT NULL,
    opened timestamptz NOT NULL,
    received timestamptz,
    task integer NOT NULL,
    agency integer NOT NULL,
    version integer NOT NULL,
    role smallint NOT NULL,
    code text NOT NULL,
    procedure text NOT NULL,
    step text NOT NULL,
    PRIMARY KEY (dossier, task)
) WITH (fillfactor = 80);
CREATE INDEX task_officer ON motcua.task (officer, due, dossier) WHERE officer <> 0;
CREATE INDEX task_role ON motcua.task (agency, role, due, dossier);
CREATE INDEX task_agency ON motcua.task (agency, due, dossier);

-- The truth.  hash(n) = sha256(hash(n-1) || digest(n) || assigned(n)), hash(0) = 32 zero bytes.
CREATE TABLE motcua.dossier_event (
    dossier bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor bigint NOT NULL,
    on_behalf_of bigint NOT NULL,
    agency integer NOT NULL,
    kind text NOT NULL,
    role text NOT NULL,
    assigned text,
    payload text COMPRESSION lz4 NOT NULL,
    digest motcua.hash NOT NULL,
    prev_hash motcua.hash NOT NULL,
    hash motcua.hash NOT NULL,
    PRIMARY KEY (dossier, seq)
);
SELECT motcua.make_append_only('motcua.dossier_event');

-- Every promise ever given (law: dates change only by restart, exclusion, extension, recalculation).
CREATE TABLE motcua.due_ledger (
    dossier bigint NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    original timestamptz NOT NULL,
    basis timestamptz NOT NULL,
    current timestamptz NOT NULL,
    cause text NOT NULL,
    PRIMARY KEY (dossier, seq)
);
SELECT motcua.make_append_only('motcua.due_ledger');

-- Wide and personal: applicant, owner, authorised person, form, components.  History holds only
-- the salted digest of it.
CREATE TABLE motcua.dossier_content (
    dossier bigint PRIMARY KEY,
    name text NOT NULL,
    salt bytea NOT NULL CHECK (length(salt) = 16),
    body text COMPRESSION lz4 NOT NULL
);

-- Folded words for searching; one row for each agency that may search it and each person named.
-- reversed: the words of the name from the last, since people look for the given name; identity:
-- the number backwards, since they look for its tail.
CREATE TABLE motcua.dossier_search (
    dossier bigint NOT NULL,
    agency integer NOT NULL,
    who smallint NOT NULL,
    name text NOT NULL,
    reversed text NOT NULL,
    phone text,
    identity text,
    PRIMARY KEY (dossier, agency, who)
);
CREATE INDEX search_name ON motcua.dossier_search (agency, name text_pattern_ops, dossier);
CREATE INDEX search_reversed ON motcua.dossier_search (agency, reversed text_pattern_ops, dossier);
CREATE INDEX search_phone ON motcua.dossier_search (agency, phone text_pattern_ops, dossier)
    WHERE phone IS NOT NULL;
CREATE INDEX search_identity ON motcua.dossier_search (agency, identity text_pattern_ops, dossier)
    WHERE identity IS NOT NULL;

-- Same key, person and body: the same answer.  Kept at least 72 hours (motcua.expire).
CREATE TABLE motcua.idempotency (
    key motcua.short PRIMARY KEY,
    account bigint NOT NULL,
    body_hash motcua.hash NOT NULL,
    dossier bigint NOT NULL,
    seq bigint NOT NULL,
    assigned text,
    answer text COMPRESSION lz4 NOT NULL,
    at timestamptz NOT NULL
);

-- Running numbers without gaps: taken and committed with the act that needs them.
CREATE TABLE motcua.counter (
    name motcua.short PRIMARY KEY,
    value bigint NOT NULL
) WITH (fillfactor = 50);

-- Figures by month; first-submission figures by receiving, the others by competent agency.
-- No index holds a figure: the rows stay on their page.
CREATE TABLE motcua.figure_month (
    agency integer NOT NULL,
    month integer NOT NULL, -- year * 12 + month - 1, local
    procedure text NOT NULL,
    first_decided bigint NOT NULL,
    first_accepted bigint NOT NULL,
    valid_first bigint NOT NULL,
    received_online bigint NOT NULL,
    received_other bigint NOT NULL,
    resolved_early bigint NOT NULL,
    resolved_on_time bigint NOT NULL,
    resolved_late bigint NOT NULL,
    ended_other bigint NOT NULL,
    supplemented bigint NOT NULL,
    PRIMARY KEY (agency, month, procedure)
) WITH (fillfactor = 70);

CREATE TABLE motcua.file_blob (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    size bigint NOT NULL CHECK (size >= 0),
    media_type text NOT NULL,
    name text NOT NULL,
    account bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE motcua.dossier_file (
    dossier bigint NOT NULL,
    hash bytea NOT NULL,
    seq bigint NOT NULL,
    component text,
    name text,
    PRIMARY KEY (dossier, hash, seq)
);

-- Places for the next steps: timers that fire acts, and messages that leave after the commit.
CREATE TABLE motcua.timer (
    dossier bigint NOT NULL,
    clock text NOT NULL,
    rung text NOT NULL,
    fires_at timestamptz NOT NULL,
    fired_at timestamptz,
    PRIMARY KEY (dossier, clock, rung)
);
CREATE INDEX timer_next ON motcua.timer (fires_at) WHERE fired_at IS NULL;
CREATE TABLE motcua.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL,
    dossier bigint,
    seq bigint,
    body text NOT NULL,
    delivered_at timestamptz
);
CREATE INDEX outbox_waiting ON motcua.outbox (id) WHERE delivered_at IS NULL;
