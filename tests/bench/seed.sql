-- Multiplies the templates of table bench_template: new number, new code, moved dates; the rest of
-- each row as the daemon wrote it.  psql variables: open, closed (numbers of rows), from_open,
-- from_closed (how many are there already).  Repeatable: no random numbers, everything from the
-- running number g.  Not consistent, on purpose: hash chains (the digest holds the dossier's number),
-- instants inside state and payload (columns are moved, texts are not).  One closed dossier in ten
-- keeps its whole history, the others only their last event.
\set ON_ERROR_STOP on
SET maintenance_work_mem = '512MB';
SET work_mem = '64MB';
SET synchronous_commit = off; -- loading only: a CHECKPOINT follows before anything is measured

-- secondary indexes are built afterwards
CREATE TEMP TABLE later AS
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS def
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     WHERE c.relnamespace = 'motcua'::regnamespace AND NOT i.indisprimary
       AND c.relname IN ('dossier', 'task', 'dossier_search') AND :closed > 100000;
SELECT format('DROP INDEX %s', name) FROM later \gexec

CREATE TEMP TABLE place AS
    SELECT open, row_number() OVER (PARTITION BY open ORDER BY place) - 1 AS k, dossier
      FROM bench_template;
SELECT count(*) FILTER (WHERE open) AS opens, count(*) FILTER (WHERE NOT open) AS closeds
  FROM place \gset
-- Names as common as real ones: two thousand of them, said in full and as they are searched for.
CREATE TEMP TABLE called AS
    SELECT f.n + 10 * (m.n + 8 * g.n) AS k, f.said || ' ' || m.said || ' ' || g.said AS said,
           f.plain || ' ' || m.plain || ' ' || g.plain AS plain,
           g.plain || ' ' || m.plain || ' ' || f.plain AS reversed
      FROM (SELECT ord - 1 AS n, said, plain FROM unnest(
               '{Nguyễn,Trần,Lê,Phạm,Hoàng,Vũ,Đặng,Bùi,Đỗ,Ngô}'::text[],
               '{nguyen,tran,le,pham,hoang,vu,dang,bui,do,ngo}'::text[]) WITH ORDINALITY u(said, plain, ord)) f
     CROSS JOIN (SELECT ord - 1 AS n, said, plain FROM unnest(
               '{Văn,Thị,Đức,Minh,Ngọc,Hữu,Thu,Quang}'::text[],
               '{van,thi,duc,minh,ngoc,huu,thu,quang}'::text[]) WITH ORDINALITY u(said, plain, ord)) m
     CROSS JOIN (SELECT ord - 1 AS n, said, plain FROM unnest(
               '{An,Bình,Chi,Dũng,Giang,Hà,Hải,Hạnh,Hiền,Hòa,Hùng,Khánh,Lan,Linh,Long,Mai,Nam,Nga,Phương,Sơn,Thảo,Trang,Tuấn,Việt,Yến}'::text[],
               '{an,binh,chi,dung,giang,ha,hai,hanh,hien,hoa,hung,khanh,lan,linh,long,mai,nam,nga,phuong,son,thao,trang,tuan,viet,yen}'::text[])
               WITH ORDINALITY u(said, plain, ord)) g;
CREATE TEMP TABLE moved AS
    SELECT 1000000000::bigint + g AS id, 'H24.B0-260101-' || (10000000 + g) AS code, t.dossier, true AS open,
           interval '0' AS back, make_interval(mins => ((g * 7919) % 20000)::integer - 4000) AS due_by
      FROM generate_series(:from_open + 1, :open) g
      JOIN place t ON t.open AND t.k = g % :opens
    UNION ALL
    SELECT 2000000000::bigint + g, 'H24.B1-260101-' || (10000000 + g), t.dossier, false,
           make_interval(days => (g % 700)::integer), interval '0'
      FROM generate_series(:from_closed + 1, :closed) g
      JOIN place t ON NOT t.open AND t.k = g % :closeds;
ANALYZE moved;

INSERT INTO motcua.dossier (id, seq, head, status, money, handover, sync, channel, version,
        receiving, competent, first_accepted, refused_incomplete, code, submission, procedure,
        procedure_hash, chain, submitted, first_decided, accepted, original_due, basis_due,
        current_due, supplemented, finished, returned, ended, closed, track_hash, number, state)
    SELECT m.id, d.seq, d.head, d.status, d.money, d.handover, d.sync, d.channel, d.version,
           d.receiving, d.competent, d.first_accepted, d.refused_incomplete, m.code, NULL,
           d.procedure, d.procedure_hash, sha256(int8send(m.id)), d.submitted - back, d.first_decided - back,
           d.accepted - back, d.original_due - back, d.basis_due - back, d.current_due - back,
           d.supplemented - back, d.finished - back, d.returned - back, d.ended - back,
           d.closed - back, d.track_hash, d.number, d.state
      FROM moved m JOIN motcua.dossier d ON d.id = m.dossier;
INSERT INTO motcua.dossier_event (dossier, seq, at, actor, on_behalf_of, agency, kind, role,
        assigned, payload, digest, prev_hash, hash)
    SELECT m.id, e.seq, e.at - back, e.actor, e.on_behalf_of, e.agency, e.kind, e.role,
           CASE WHEN e.kind = 'ACCEPTED' THEN m.code ELSE e.assigned END, e.payload, e.digest,
           e.prev_hash, e.hash
      FROM moved m JOIN motcua.dossier d ON d.id = m.dossier
      JOIN motcua.dossier_event e ON e.dossier = m.dossier
     WHERE m.open OR m.id / 1000 % 10 = 0 OR e.seq = d.seq;
INSERT INTO motcua.task (dossier, seq, officer, due, promised, opened, received, task, agency,
        version, role, code, procedure, step, name)
    SELECT m.id, t.seq, t.officer, t.due + due_by, t.promised, t.opened, t.received, t.task,
           t.agency, t.version, t.role, m.code, t.procedure, t.step, n.said
      FROM moved m JOIN motcua.task t ON t.dossier = m.dossier
      JOIN called n ON n.k = m.id * 7919 % 2000;
INSERT INTO motcua.due_ledger (dossier, seq, at, original, basis, current, cause)
    SELECT m.id, u.seq, u.at - back, u.original - back, u.basis - back, u.current - back, u.cause
      FROM moved m JOIN motcua.due_ledger u ON u.dossier = m.dossier;
-- None comes while something is measured.
INSERT INTO motcua.timer (dossier, at)
    SELECT m.id, greatest(t.at, now() + interval '1 day')
      FROM moved m JOIN motcua.timer t ON t.dossier = m.dossier;
INSERT INTO motcua.dossier_content (dossier, name, salt, body)
    SELECT m.id, n.said, c.salt, c.body
      FROM moved m JOIN motcua.dossier_content c ON c.dossier = m.dossier
      JOIN called n ON n.k = m.id * 7919 % 2000;
INSERT INTO motcua.dossier_search (dossier, agency, who, name, reversed, phone, identity)
    SELECT m.id, s.agency, s.who, n.plain, n.reversed,
           '09' || lpad((m.id * 7919 % 100000000)::text, 8, '0'),
           reverse('031' || lpad((m.id % 1000000000)::text, 9, '0'))
      FROM moved m JOIN motcua.dossier_search s ON s.dossier = m.dossier
      JOIN called n ON n.k = m.id * 7919 % 2000;

SELECT def FROM later \gexec

-- What figures are counted from follows by figure_catch_up.
INSERT INTO motcua.figure_behind (dossier, seq) SELECT m.id, 0 FROM moved m ORDER BY m.id;
