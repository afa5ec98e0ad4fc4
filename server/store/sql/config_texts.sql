-- The published texts in force: kind, name, text; and every procedure version.
SELECT 'organisation', '', o.source, ''::text
  FROM (SELECT v.source FROM motcua.organisation_version v ORDER BY v.version DESC LIMIT 1) o
 UNION ALL
SELECT 'calendar', c.name, c.source, ''
  FROM (SELECT DISTINCT ON (v.name) v.name, v.source FROM motcua.calendar_version v
         ORDER BY v.name, v.version DESC) c
 UNION ALL
SELECT 'regime', r.name, r.source, ''
  FROM (SELECT DISTINCT ON (v.name) v.name, v.source FROM motcua.regime_version v
         ORDER BY v.name, v.version DESC) r
 UNION ALL
SELECT 'hall', h.name, h.source, ''
  FROM (SELECT DISTINCT ON (v.name) v.name, v.source FROM motcua.hall_version v
         ORDER BY v.name, v.version DESC) h
 UNION ALL
SELECT 'procedure', p.code, p.source, p.author FROM (SELECT v.code, v.version, v.source, v.author
          FROM motcua.procedure_version v ORDER BY v.code, v.version) p
