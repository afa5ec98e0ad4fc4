SELECT p.outcome, p.id
  FROM motcua.reassignment_plan($1::text, $2::bytea, $3::int8, $4::int8, $5::int4[], $6::int8,
                                $7::text, $8::int4) p
