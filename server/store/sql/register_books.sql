-- Register books of the units $1, of year $2 or null, of field $3 or null.
SELECT b.agency, b.field, b.year, b.last, b.volume, b.closed, b.closed_by, a.name, b.digest
  FROM motcua.register_book b
  LEFT JOIN motcua.account a ON a.id = b.closed_by
 WHERE b.agency = ANY ($1::int4[]) AND ($2::int4 IS NULL OR b.year = $2::int4)
   AND ($3::text IS NULL OR b.field = $3::text)
 ORDER BY b.year DESC, b.agency, b.field LIMIT 1000
