-- What is kept under its digest and is not what that says any more: frozen reports (one altered, one of a series missing
-- or of another question, one that its own author agreed to), templates of papers, published texts; prints missing in the log.
SELECT k.what, k.name FROM (
    SELECT 'frozen_report' AS what, f.id::text AS name FROM motcua.frozen_report f
     WHERE f.digest <> sha256(convert_to(f.body, 'UTF8'))
     UNION
    SELECT 'frozen_report', s.series || '.' || s.last
      FROM (SELECT f.series, count(*) AS n, max(f.version) AS last,
                   count(DISTINCT (f.report, f.question, f.scope)) AS questions
              FROM motcua.frozen_report f GROUP BY 1) s
     WHERE s.n <> s.last OR s.questions <> 1
     UNION
    SELECT 'frozen_decision', c.report::text FROM motcua.frozen_decision c
      JOIN motcua.frozen_report f ON f.id = c.report WHERE c.agreed AND c.decided_by = f.author
     UNION ALL
    SELECT 'paper_template', p.paper || ' ' || left(encode(p.hash, 'hex'), 12) FROM motcua.paper_template p
     WHERE p.hash <> sha256(convert_to(p.source, 'UTF8'))
     UNION ALL
    SELECT v.what, v.name
      FROM (SELECT 'organisation_version' AS what, o.version::text AS name, o.hash, o.source
              FROM motcua.organisation_version o
             UNION ALL SELECT 'calendar_version', c.name || ' ' || c.version, c.hash, c.source FROM motcua.calendar_version c
             UNION ALL SELECT 'regime_version', r.name || ' ' || r.version, r.hash, r.source FROM motcua.regime_version r
             UNION ALL SELECT 'hall_version', h.name || ' ' || h.version, h.hash, h.source FROM motcua.hall_version h
             UNION ALL SELECT 'procedure_version', p.code || ' ' || p.version, p.hash, p.source
                         FROM motcua.procedure_version p) v
     WHERE v.hash <> sha256(convert_to(v.source, 'UTF8'))
     UNION ALL
    SELECT 'print_log', l.subject || ' ' || l.paper || ' ' || l.variant FROM motcua.print_log l
     GROUP BY l.subject, l.paper, l.variant HAVING count(*) <> max(l.nth)) k
 ORDER BY 1, 2 LIMIT $1::int4
