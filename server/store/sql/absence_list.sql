-- Absences of one person ($1) or of people at agencies ($2) that end on $3 or later, by their first day.
SELECT b.id, p.login, p.name, p.agency, b.from_day, b.to_day, b.reason, b.entered_at
  FROM motcua.absence b
 CROSS JOIN LATERAL (SELECT a.login, a.name, a.agency FROM motcua.account a
                      WHERE a.id = b.account OFFSET 0) p
 WHERE b.ended_at IS NULL AND ($1::int8 IS NULL OR b.account = $1::int8)
   AND ($2::int4[] IS NULL OR p.agency = ANY ($2::int4[])) AND b.to_day >= $3::date
 ORDER BY b.from_day, b.id LIMIT $4::int4
