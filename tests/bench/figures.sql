-- Years of work of a whole city for the bench of figures: dossiers with what figures read of them, their ledger of
-- dates, and the events that an independent recount reads.  psql variables: open, closed (numbers of rows), years,
-- procedures (codes 8.000001 and on).  Repeatable: no random numbers, everything from the running number g, by
-- primes that divide nothing.  Not consistent, on purpose: hashes, numbers of events, states cut to what figures read.
\set ON_ERROR_STOP on
SET maintenance_work_mem = '512MB';
SET work_mem = '256MB';
SET synchronous_commit = off; -- loading only: a CHECKPOINT follows before anything is measured
SET session_replication_role = replica; -- rows of figures are written here, all at once

CREATE TEMP TABLE later AS
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS def
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     WHERE c.relnamespace = 'motcua'::regnamespace AND NOT i.indisprimary
       AND c.relname IN ('dossier', 'dossier_event', 'figure_dossier', 'figure_spent');
SELECT format('DROP INDEX %s', name) FROM later \gexec

-- Each agency's procedures: a few take most of the work.  One dossier in ten came another way than the counter,
-- one in eight was turned back at first, and so on; each share by a prime of its own.
CREATE TEMP TABLE made AS
SELECT 7000000000::bigint + g AS id, 2000 + 10 * (g * 7919 % 100)::int AS place,
       '8.' || lpad((1 + floor(:procedures * power((g * 104729 % 100003) / 100003.0, 3)))::int::text, 6, '0') AS procedure,
       CASE WHEN h.way < 55 THEN 1 WHEN h.way < 88 THEN 0 ELSE 2 END AS channel,
       g > :closed AS open, x.accepted, x.accepted - CASE WHEN h.first THEN interval '0' ELSE interval '3 days' END AS first_decided,
       h.first AS first_accepted, x.accepted + h.took AS due,
       x.accepted + h.took + CASE WHEN x.late_word THEN interval '5 days' ELSE interval '0' END AS current,
       x.late_word, CASE WHEN g <= :closed THEN x.until END AS closed,
       g <= :closed AND NOT h.other AS resolved, h.refused AND NOT h.other AS refused,
       CASE WHEN h.papers THEN least(x.accepted + x.lasted * 0.1, x.until) END AS supplemented, h.by_officer,
       CASE WHEN h.kind < 72 THEN 'citizen' WHEN h.kind < 87 THEN 'enterprise' ELSE 'state' END AS applicant,
       100000 + g * 7919 % 100 * 10 + g % 7 AS officer, CASE WHEN h.far THEN 2011 + 10 * (g * 7919 % 99)::int END AS far
  FROM generate_series(1::bigint, :closed + :open) g
 CROSS JOIN LATERAL (
       SELECT g * 31 % 97 AS way, g * 37 % 101 > 12 AS first, g * 41 % 103 < 3 AS late, g * 43 % 107 < 20 AS same,
              g * 47 % 109 < 3 AS other, g * 53 % 113 < 2 AS refused, g * 59 % 127 < 10 AS papers,
              g * 61 % 131 < 8 AS by_officer, g * 67 % 89 AS kind, g * 41 % 103 < 3 AND g * 71 % 139 < 40 AS late_word,
              g * 73 % 149 < 3 AS far, 0.2 + g * 79 % 70 / 100.0 AS part, make_interval(days => 3 + (g * 83 % 28)::int) AS took) h
-- closed ones evenly over the years up to now; open ones begun of late; nothing lies ahead
 CROSS JOIN LATERAL (
       SELECT CASE WHEN h.late THEN h.took * 1.3 + interval '7 minutes' WHEN h.same THEN h.took - interval '40 minutes'
                   ELSE h.took * h.part END AS lasted) l
 CROSS JOIN LATERAL (
       SELECT date_trunc('minute', now()) - interval '1 minute' - CASE WHEN g > :closed THEN interval '0'
                   ELSE make_interval(secs => (g::float8 / :closed) * :years * 31557600) END AS until) u
 CROSS JOIN LATERAL (
       SELECT u.until, l.lasted, a.accepted, h.late_word AND a.accepted + h.took * 0.8 < u.until AS late_word
         FROM (SELECT u.until - CASE WHEN g <= :closed THEN l.lasted
                      ELSE make_interval(mins => (g * 89 % 34000)::int) END AS accepted) a) x;

INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version, receiving, competent,
        first_accepted, refused_incomplete, code, procedure, procedure_hash, submitted, first_decided, accepted,
        original_due, basis_due, current_due, supplemented, finished, ended, closed, state)
    SELECT id, 4, sha256('x'), CASE WHEN open THEN 5 ELSE 8 END, 0, 0, 0, channel, 1, coalesce(far, place + 1), place, first_accepted,
           false, 'H24.F-' || id, procedure, sha256('x'), first_decided, first_decided, accepted, due, due, current,
           supplemented, CASE WHEN resolved THEN closed END, CASE WHEN NOT resolved THEN closed END, closed,
           '{"ak":"' || applicant || '"}'
      FROM made;
INSERT INTO motcua.figure_dossier (dossier, officer, first_decided, accepted, original, basis, current, due_at, stopped,
        supplemented, closed, receiving, competent, channel, resolved, refused, first_accepted, refused_incomplete,
        by_officer, moved, procedure, applicant)
    SELECT id, CASE WHEN open THEN 0 ELSE officer END, first_decided, accepted, due, due, current,
           CASE WHEN late_word THEN accepted + (due - accepted) * 0.8 ELSE accepted END, NULL, supplemented, closed,
           coalesce(far, place + 1), place, channel, resolved, refused AND NOT open, first_accepted, false,
           by_officer AND channel = 1, false, procedure, applicant
      FROM made ORDER BY coalesce(closed, now());
-- Where its time went, as it was kept with its result: nine steps of 1.005416, one of them done again.
INSERT INTO motcua.figure_spent (dossier, closed, officer, competent, receiving, version, channel, late, procedure, applicant, spent)
    SELECT id, closed, officer, place, coalesce(far, place + 1), 1, channel, closed > due, procedure, applicant,
           format('%s,0,0,0,0,0;0,%s,%s,%s,523;1,%s,%s,%s,6225;2,%s,%s,656,1427;3,%s,%s,307,531;4,%s,%s,983,3824;1,%s,%s,%s,5721;'
                  '2,%s,%s,333,1426;5,%s,%s,7,523;6,%s,%s,10,276', 4000 + id % 5900, place + 1, officer, 100 + id % 400, place, officer,
                  900 + id % 5800, place, officer, place, officer, place, officer, place, officer, 700 + id % 4700, place, officer,
                  place, officer, place + 1, officer)
      FROM made WHERE resolved ORDER BY closed;
INSERT INTO motcua.due_ledger (dossier, seq, at, original, basis, current, cause)
    SELECT id, 1, accepted, due, due, due, 'acceptance' FROM made
     UNION ALL
    SELECT id, 2, accepted + (due - accepted) * 0.8, due, due, current, 'extension' FROM made WHERE late_word;
INSERT INTO motcua.dossier_event (dossier, seq, at, actor, on_behalf_of, agency, kind, role, payload, digest, prev_hash, hash)
    SELECT id, e.seq, e.at, officer, 0, place, e.kind, 'x', e.payload, sha256('x'), sha256('x'), sha256('x')
      FROM made CROSS JOIN LATERAL (VALUES
           (1, first_decided, 'ATTEMPT_DECIDED', CASE WHEN first_accepted THEN '{"outcome":"accepted"}' ELSE '{"outcome":"returned"}' END),
           (2, accepted, 'ACCEPTED', '{"due":' || (extract(epoch FROM due) * 1000000)::bigint || '}'),
           (3, supplemented, 'SUPPLEMENT_SENT', '{}'),
           (4, closed, CASE WHEN resolved THEN 'RESULT_READY' ELSE 'WITHDRAWN' END, '{}')) e(seq, at, kind, payload)
     WHERE e.at IS NOT NULL;
SELECT def FROM later \gexec
SET session_replication_role = origin;
SELECT motcua.figure_rebuild(false);
