-- Which of these sessions ($1) live at $2, in the order of the array.
SELECT s.token_hash IS NOT NULL
  FROM unnest($1::bytea[]) WITH ORDINALITY t(hash, place)
  LEFT JOIN LATERAL (
       SELECT x.token_hash FROM motcua.session x JOIN motcua.account a ON a.id = x.account
        WHERE x.token_hash = t.hash AND x.idle_until > $2::timestamptz
          AND x.absolute_until > $2::timestamptz AND a.active) s ON true
 ORDER BY t.place
