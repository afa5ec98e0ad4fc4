-- Day seals, the newest first.  $1 before this day (or null), $2 limit.
SELECT to_char(s.day, 'YYYY-MM-DD'), s.events, s.dossiers, s.prev, s.digest, s.at
  FROM motcua.day_seal s
 WHERE $1::date IS NULL OR s.day < $1::date
 ORDER BY s.day DESC LIMIT $2::int4
