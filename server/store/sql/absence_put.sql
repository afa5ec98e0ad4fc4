SELECT p.outcome, p.id
  FROM motcua.absence_put($1::text, $2::bytea, $3::int8, $4::int8, $5::date, $6::date, $7::text) p
