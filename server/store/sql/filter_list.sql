-- Her own, then what others share with her agency; by two indexes.
SELECT f.id, f.name, f.query, f.shared IS NOT NULL, f.account = $1::int8,
       (SELECT a.name FROM motcua.account a WHERE a.id = f.account)
  FROM (SELECT o.* FROM motcua.saved_filter o WHERE o.account = $1::int8
        UNION ALL
        (SELECT s.* FROM motcua.saved_filter s
          WHERE s.shared = $2::int4 AND s.account <> $1::int8
          ORDER BY s.name, s.id LIMIT 200)) f
 ORDER BY f.account <> $1::int8, f.name, f.id
