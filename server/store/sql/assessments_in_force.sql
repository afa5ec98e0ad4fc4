-- The values entered for an index whose periods lie within some days, the last one of each.  $1 index, $2/$3 days (the
-- end exclusive), $4 as known at, $5 of officers, else of agencies.
SELECT DISTINCT ON (a.component, a.agency, a.officer, a.first_day, a.last_day) a.component, a.agency, a.n, a.of, a.document, a.officer
  FROM motcua.assessment a
 WHERE a.index = $1::text AND a.first_day >= $2::date AND a.last_day < $3::date AND a.at < $4::timestamptz
   AND (a.officer IS NOT NULL) = $5::bool
 ORDER BY a.component, a.agency, a.officer, a.first_day, a.last_day, a.id DESC LIMIT 20000
