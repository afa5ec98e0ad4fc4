-- A version more of a frozen report; no row: another one came meanwhile.
SELECT p.id, p.series, p.version, p.at, p.engine
  FROM motcua.frozen_put($1::int8, $2::text, $3::text, $4::int4, $5::timestamptz, $6::bytea, $7::bytea,
                         $8::text, $9::text, $10::text, $11::int8) p
