-- What was entered, the newest first.  $1 index or null, $2 agencies, $3 cursor (number of the last row; 0: from the
-- newest), $4 limit.
SELECT a.id, a.index, a.component, a.agency, a.first_day, a.last_day, a.n, a.of, a.document, a.remark, a.author, p.name, a.at,
       a.officer, o.name
  FROM motcua.assessment a
  LEFT JOIN motcua.account p ON p.id = a.author
  LEFT JOIN motcua.account o ON o.id = a.officer
 WHERE ($1::text IS NULL OR a.index = $1::text) AND a.agency = ANY ($2::int4[])
   AND ($3::int8 = 0 OR a.id < $3::int8)
 ORDER BY a.id DESC LIMIT $4::int4
