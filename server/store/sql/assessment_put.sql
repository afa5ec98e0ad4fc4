SELECT p.outcome, p.id
  FROM motcua.assessment_put($1::text, $2::bytea, $3::text, $4::text, $5::int4, $6::date, $7::date, $8::int8, $9::int8,
                             $10::text, $11::text, $12::int8, $13::text) p
