-- One change of one account, checked and told to the audit inside (outcome, id, seq).
SELECT c.outcome, c.id, c.seq
  FROM motcua.account_change($1::int8, $2::text, $3::bool, $4::int4, $5::text, $6::int4, $7::text,
       $8::bool, $9::bytea, $10::bytea, $11::bool, $12::int8, $13::text, $14::text) c
