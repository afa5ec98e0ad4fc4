SELECT p.outcome, p.id
  FROM motcua.delegation_put($1::text, $2::bytea, $3::int8, $4::int8, $5::int8, $6::int4, $7::int4,
                             $8::text[], $9::date, $10::date, $11::text) p
