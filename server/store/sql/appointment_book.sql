SELECT b.outcome, b.id
  FROM motcua.appointment_book($1::bytea, $2::int4, $3::text, $4::text, $5::timestamptz, $6::int4, $7::int4,
                               $8::text, $9::text, $10::timestamptz, $11::timestamptz, $12::int4,
                               $13::timestamptz) b
