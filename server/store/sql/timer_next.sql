-- When the earliest timer comes, and how many have come (at most so many are counted).
SELECT (SELECT k.at FROM motcua.timer k ORDER BY k.at LIMIT 1),
       (SELECT count(*) FROM (SELECT 1 FROM motcua.timer k WHERE k.at <= $1::timestamptz
                               LIMIT $2::int4) n)
