SELECT m.outcome, m.id
  FROM motcua.ticket_move($1::text, $2::bytea, $3::int4, $4::date, $5::int8, $6::text, $7::text[], $8::text,
                          $9::int4, $10::bool, $11::int8, $12::timestamptz) m
