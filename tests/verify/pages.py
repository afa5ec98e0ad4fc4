"""Pages of the dossiers behind a number, and the newest resolved, beside all rows of the period: whatever is asked, the pages
put together are the very rows that are counted, each once, in one order, also when dossiers arrive between two pages.  And
numbers told by cells, of all that is asked for, beside the same rows.
SQL for one session that is rolled back."""
import datetime

ASKED = 'a, b, basis, o, past, y, by_, keys, procs, ch, rec, app, firsts, c, n, w, chs'
SAID = "format('%s %s %s %s %s', {0}.dossier, {0}.facts, {0}.place, {0}.accepted, {0}.due)"
# One of those with the most dossiers.
BUSY = '(SELECT officer FROM motcua.figure_dossier WHERE officer <> 0 GROUP BY 1 ORDER BY count(*) DESC, 1 OFFSET %d LIMIT 1)'
FUNCTIONS = """
UPDATE motcua.figure_dossier SET moved = true WHERE dossier % 9 = 0;
UPDATE motcua.figure_dossier SET due_at = closed + interval '1 hour' WHERE closed IS NOT NULL AND dossier % 11 = 0;
UPDATE motcua.figure_dossier SET current = current + interval '2 days' WHERE dossier % 5 = 0;
UPDATE motcua.figure_dossier SET original = closed - interval '50 days', basis = closed - interval '30 days', by_officer = channel = 1
 WHERE closed IS NOT NULL AND dossier % 2 = 0;
UPDATE motcua.figure_dossier SET officer = 0 WHERE closed IS NOT NULL AND dossier % 13 = 0;
UPDATE motcua.figure_dossier SET original = now(), basis = now(), current = now() WHERE closed IS NULL AND dossier % 3 = 0;
UPDATE motcua.figure_dossier SET stopped = due_at + CASE WHEN dossier % 2 = 0 THEN interval '2 minutes' ELSE interval '40 days' END
 WHERE closed IS NULL AND dossier % 7 = 0;
CREATE FUNCTION pg_temp.wanted(facts int, want int) RETURNS bool LANGUAGE sql AS $$
    SELECT CASE WHEN facts >= 1 << 30 THEN want & 4 <> 0
                ELSE want & CASE WHEN facts & 7 IN (3, 4, 5) THEN 2 ELSE 1 END <> 0 AND (want & 8 = 0 OR facts & 256 <> 0) END
$$;
CREATE FUNCTION pg_temp.arrive(g bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO motcua.figure_dossier
    SELECT (jsonb_populate_record(f, jsonb_build_object('dossier', 1000000000000 + g))).* FROM motcua.figure_dossier f
     WHERE f.dossier < 1000000000000 ORDER BY f.dossier OFFSET g * 7 % 40 LIMIT 1
$$;
CREATE FUNCTION pg_temp.leave() RETURNS void LANGUAGE sql AS 'DELETE FROM motcua.figure_dossier WHERE dossier >= 1000000000000';
CREATE FUNCTION pg_temp.paged(a int[], b timestamptz[], basis int, o timestamptz, past bool, y int[], by_ int, keys text[],
        procs text[], ch int, rec int[], app text, firsts bool, c int, n int, w int, chs int, lim int)
    RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_all text[] := ARRAY(SELECT SAID(p) FROM motcua.figure_page(ASKED, 0, 1000000) WITH ORDINALITY
        p(dossier, facts, place, r, h, i, q, k, accepted, due, closed, cursor, nth) ORDER BY p.nth);
    v_counted text[] := ARRAY(SELECT SAID(r) FROM (
        SELECT * FROM motcua.figure_work(a, b, basis, o, past, y) WHERE NOT firsts
         UNION ALL SELECT * FROM motcua.figure_first(a, b, o, y) WHERE firsts) r
     WHERE (procs IS NULL OR r.procedure = ANY (procs)) AND (ch < 0 OR r.channel = ch)
       AND (rec IS NULL OR r.receiving = ANY (rec)) AND (app IS NULL OR r.applicant = app)
       AND (1 << (r.facts & 7)) & c <> 0 AND r.facts & n = n AND r.facts & w = 0 AND (1 << (r.facts >> 4 & 3)) & chs <> 0
       AND (keys IS NULL OR CASE by_ WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 4 THEN r.channel::text
            WHEN 5 THEN r.receiving::text WHEN 6 THEN r.applicant END = ANY (keys)));
    v_got text[] := '{}';
    v_page text[];
    v_at bigint := 0;
    v_next bigint;
    v_pages int := 0;
BEGIN
    LOOP
        SELECT coalesce(array_agg(SAID(p) ORDER BY p.nth), '{}'), max(p.cursor) FILTER (WHERE p.nth = lim) INTO v_page, v_next
          FROM motcua.figure_page(ASKED, v_at, lim) WITH ORDINALITY
               p(dossier, facts, place, r, h, i, q, k, accepted, due, closed, cursor, nth);
        v_got := v_got || v_page;
        EXIT WHEN cardinality(v_page) < lim;
        v_at := v_next;
        v_pages := v_pages + 1;
        PERFORM pg_temp.arrive(v_pages);
    END LOOP;
    PERFORM pg_temp.leave();
    RETURN concat_ws(', ', cardinality(v_all),
        CASE WHEN ARRAY(SELECT x FROM unnest(v_all) x ORDER BY x) <> ARRAY(SELECT x FROM unnest(v_counted) x ORDER BY x)
             THEN 'not what is counted' END,
        CASE WHEN ARRAY(SELECT x FROM unnest(v_got) WITH ORDINALITY u(x, i) WHERE length(split_part(x, ' ', 1)) < 13 ORDER BY i) <> v_all
             THEN 'not page by page' END,
        CASE WHEN cardinality(v_got) > (SELECT count(DISTINCT x) FROM unnest(v_got) x) THEN 'twice' END);
END $$;
CREATE FUNCTION pg_temp.newest(a int[], f timestamptz, u timestamptz, past bool, procs text[], ch int, off bigint, rec int[], app text, late bool, cells int, lim int)
    RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_all bigint[] := ARRAY(SELECT d.dossier FROM motcua.figure_dossier d
        WHERE d.competent = ANY (a) AND d.accepted IS NOT NULL AND d.resolved AND d.closed >= f AND d.closed < u
          AND (procs IS NULL OR d.procedure = ANY (procs)) AND (NOT late OR d.closed > d.basis) AND (ch < 0 OR d.channel = ch)
          AND (rec IS NULL OR d.receiving = ANY (rec)) AND (app IS NULL OR d.applicant = app)
          AND (off < 0 OR off = CASE WHEN d.officer <> 0 THEN d.officer ELSE motcua.figure_holder(d.dossier) END)
        ORDER BY d.closed DESC, d.dossier DESC);
    v_got bigint[] := '{}';
    v_page bigint[];
    v_at timestamptz;
    v_id bigint;
    v_n bigint := 0;
BEGIN
    LOOP
        SELECT coalesce(array_agg(w.dossier ORDER BY w.closed DESC, w.dossier DESC), '{}'), min(w.closed),
               (array_agg(w.dossier ORDER BY w.closed, w.dossier))[1], coalesce(max(w.n), v_n) INTO v_page, v_at, v_id, v_n
          FROM (SELECT x.* FROM motcua.figure_newest(a, f, u, past, procs, ch, off, rec, app, late, cells, v_at, v_id, lim) x
                 ORDER BY x.closed DESC, x.dossier DESC LIMIT lim) w;
        v_got := v_got || v_page;
        EXIT WHEN cardinality(v_page) < lim;
    END LOOP;
    RETURN concat_ws(', ', cardinality(v_all), CASE WHEN v_got <> v_all THEN 'other ones' END,
                     CASE WHEN v_n <> cardinality(v_all) THEN 'other number' END);
END $$;
CREATE FUNCTION pg_temp.counted(a int[], b timestamptz[], basis int, o timestamptz, past bool, y int[], by_ int, procs text[],
        cells int, want int)
    RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_mask int := CASE WHEN want & 16 <> 0 THEN ~128 ELSE -1 END & CASE WHEN want & 32 <> 0 THEN ~8 ELSE -1 END;
    v_told text[] := ARRAY(SELECT format('%s %s %s %s', c.k, c.key, c.facts & v_mask, sum(c.n))
        FROM motcua.figure_counts(a, b, basis, o, past, y, by_, procs, -1, -1, NULL, NULL, cells, want) c
       WHERE pg_temp.wanted(c.facts, want) GROUP BY c.k, c.key, c.facts & v_mask HAVING sum(c.n) <> 0 ORDER BY 1);
    v_rows text[] := ARRAY(SELECT format('%s %s %s %s', r.k, r.key, r.facts, count(*)) FROM (
        SELECT r.k, CASE by_ WHEN 1 THEN r.place::text WHEN 2 THEN r.procedure WHEN 4 THEN r.channel::text END AS key, r.facts & v_mask AS facts
          FROM (SELECT * FROM motcua.figure_work(a, b, basis, o, past, y)
                 UNION ALL SELECT * FROM motcua.figure_first(a, b, o, y)) r
         WHERE pg_temp.wanted(r.facts, want) AND (procs IS NULL OR r.procedure = ANY (procs))) r GROUP BY r.k, r.key, r.facts ORDER BY 1);
BEGIN
    RETURN concat_ws(', ', cardinality(v_rows), CASE WHEN v_told <> v_rows THEN 'not what the rows say' END);
END $$;
""".replace('ASKED', ASKED)
for one in 'pr':
    FUNCTIONS = FUNCTIONS.replace('SAID(%s)' % one, SAID.format(one))


def lit(v):
    if v is None:
        return 'NULL'
    if isinstance(v, bool):
        return str(v).lower()
    if isinstance(v, list):
        return 'ARRAY[%s]::%s[]' % (','.join(lit(x) for x in v), 'int' if v and isinstance(v[0], int) else 'text')
    return str(v) if isinstance(v, int) else "'%s'" % v


def questions(dice, agencies, procedures, periods, now, times):
    """Calls of paged, of newest and of counted, of any filter."""
    some = lambda v, p, most: dice.sample(v, min(len(v), dice.randint(1, most))) if dice.random() < p else None  # noqa: E731
    at = lambda x: "'%s+07'" % x  # noqa: E731
    for n in range(12):  # what is late or stands still, of all: looked for apart
        b = now - datetime.timedelta(5 * n)
        yield 'SELECT pg_temp.paged(%s, ARRAY[%s, %s]::timestamptz[], %d, %s, %s, %s, 0, NULL, NULL, -1, NULL, %s, false, %d, 0, 0, %d, 7);' % (
            lit(agencies), at(b - datetime.timedelta(9)), at(b), n // 3 % 3, at(b), lit(n > 0), lit([1] * max(agencies)),
            lit('enterprise' if n == 7 else None), (16, 48, 32)[n % 3], 4 if n == 3 else 15)
    for n in range(times):
        a, b = dice.choice(periods)
        past = b <= now
        b = min(b, now)
        if a >= b:
            continue
        who, procs = some(agencies, 0.25, 3) or agencies, some(procedures, 0.25, 6)
        body = [dice.randint(1, 2) for _ in range(max(agencies))]
        by = dice.choice((0, 0, 0, 0, 1, 2, 4, 5, 6))
        keys = None if by == 0 else [str(x) for x in {1: agencies, 2: procedures, 4: [0, 1, 2], 5: agencies, 6: [
            'citizen', 'enterprise', 'state']}[by] if dice.random() < 0.7]
        firsts = dice.random() < 0.25
        facts = dice.choice(((255, 1 << 30, 0), (255, (1 << 30) + 1, 0), (255, 1 << 30, 2), (255, (1 << 30) + 8, 0)) if firsts else (
            (63, 8, 0), (63, 0, 0), (63, 0, 8), (7, 0, 0), (4, 0, 0), (56, 0, 0), (64, 0, 0), (63, 512, 0), (63, 256, 0),
            (4, 0, 512), (63, 136, 0), (63, 72, 0), (8, 0, 0), (16, 0, 0), (16, 0, 0), (32, 0, 0), (48, 0, 0)))
        yield 'SELECT pg_temp.paged(%s);' % ', '.join([
            lit(who), 'ARRAY[%s, %s]::timestamptz[]' % (at(a), at(b)), lit(dice.randint(0, 2)), at(b), lit(past), lit(body), lit(by), lit(keys),
            lit(procs), lit(dice.choice((-1, -1, -1, 1))), lit(some(agencies, 0.1, 4)), lit(dice.choice((None, None, None, 'citizen', 'enterprise'))), lit(firsts),
            *(lit(x) for x in facts), lit(dice.choice((15, 15, 15, 14, 4))), lit(dice.choice((2, 7, 19)))])
        late = b.replace(day=13 if b.day > 13 else 10, hour=9)
        if n < 9 and a < late < now:  # cut in the second part of a half month, and told for that moment
            yield 'SELECT pg_temp.counted(%s, ARRAY[%s, %s]::timestamptz[], 1, %s, true, %s, 0, NULL, 3, 23);' % (
                lit(agencies), at(a), at(late), at(late), lit([1] * max(agencies)))
        if n < 40 and (b - a).days > 1:  # a line: what ended, whenever it was received
            days = sorted({(a + datetime.timedelta(dice.randint(1, (b - a).days))).replace(hour=0, minute=0, second=0, microsecond=0)
                           for _ in range(dice.randint(0, 5))} - {a, b})
            yield 'SELECT pg_temp.counted(%s, ARRAY[%s]::timestamptz[], %d, %s, %s, %s, %d, NULL, 3, %d);' % (
                lit(agencies), ','.join(at(x) for x in [a] + days + [b]), n % 3, at(b), lit(past), lit([1] * max(agencies)), n % 2 * 4,
                57 if n % 5 == 4 else 49)
        receivings, kind = some(agencies, 0.2, 4), dice.choice((None, None, 'citizen'))
        officer = dice.choice(("-1", "-1", "-1", "0", BUSY % dice.randint(0, 9), BUSY % dice.randint(0, 9)))
        cells = [0] if officer != '-1' else [0] + [1] * (procs is None) + [2] * (procs is not None and who is agencies and receivings is None) + [3] * 2 * (
            procs is None and who is agencies and receivings is None and kind is None)
        yield 'SELECT pg_temp.newest(%s);' % ', '.join([
            lit(who), at(a), at(b), lit(past), lit(procs), lit(dice.choice((-1, -1, 0, 1))), officer, lit(receivings), lit(kind),
            lit(dice.random() < 0.3), lit(dice.choice(cells)), lit(dice.choice((1, 4, 30)))])
        by = dice.choice((0, 0, 0, 4)) if procs is None and who is agencies and dice.random() < 0.8 else dice.choice((0, 1, 2, 4))
        cells = [0] * 3 + [1] * (procs is None and by != 2) + [2] * (who is agencies and by != 1) + [3] * 8 * (
            who is agencies and procs is None and by in (0, 4))
        yield 'SELECT pg_temp.counted(%s);' % ', '.join([
            lit(who), 'ARRAY[%s]::timestamptz[]' % ','.join(at(x) for x in ([a, a + (b - a) / 2, b] if dice.random() < 0.3 else [a, b])),
            lit(dice.randint(0, 2)), at(b), lit(past), lit([1] * max(agencies) if dice.random() < 0.7 else body), lit(by), lit(procs), lit(dice.choice(cells)),
            lit(dice.choice((7, 7, 23, 3, 2, 6, 17, 1 + 8 + 16, 27, 4, 22, 49, 33, 59)))])
