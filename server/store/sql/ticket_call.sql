SELECT c.outcome, c.id
  FROM motcua.ticket_call($1::text, $2::bytea, $3::int4, $4::date, $5::int4, $6::int8, $7::int8[],
                          $8::timestamptz) c
