-- The texts of calendars that newer ones replaced: name, text, until when; the first replaced first.
SELECT c.name, c.source, c.until
  FROM (SELECT v.name, v.source, lead(v.at) OVER (PARTITION BY v.name ORDER BY v.version) AS until
          FROM motcua.calendar_version v) c
 WHERE c.until IS NOT NULL
 ORDER BY c.until, c.name
