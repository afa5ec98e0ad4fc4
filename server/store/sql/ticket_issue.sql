SELECT i.outcome, i.id
  FROM motcua.ticket_issue($1::text, $2::bytea, $3::int4, $4::date, $5::text, $6::text, $7::text, $8::text,
                           $9::timestamptz, $10::int4[], $11::int8, $12::int8, $13::timestamptz) i
