-- Off: by herself, or taken away by somebody else; told to the audit inside (outcome, id, seq).
SELECT c.outcome, c.id, c.seq
  FROM motcua.factor_off($1::int8, $2::text, $3::bytea, $4::text, $5::text) c
