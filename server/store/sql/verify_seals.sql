-- Day seals that a recount gives otherwise, that do not follow the one before, or after which a day is missing.
SELECT to_char(s.day, 'YYYY-MM-DD')
  FROM (SELECT s.day, s.events, s.dossiers, s.prev, s.digest,
               lag(s.day) OVER w AS day_before, lag(s.digest) OVER w AS digest_before
          FROM motcua.day_seal s WINDOW w AS (ORDER BY s.day)) s
 CROSS JOIN LATERAL motcua.day_seal_of(s.day, s.prev) c
 WHERE c.events <> s.events OR c.dossiers <> s.dossiers OR c.digest <> s.digest
    OR s.prev <> coalesce(s.digest_before, decode(repeat('00', 32), 'hex'))
    OR s.day <> coalesce(s.day_before + 1, s.day)
 ORDER BY s.day LIMIT $1::int4
