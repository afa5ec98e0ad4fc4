-- Saves a draft unless another version is there; columns as draft_get behind the outcome.
SELECT p.outcome, p.version, p.kind, p.title, p.updated, p.content
  FROM motcua.draft_put($1::int8, $2::text, $3::int8, $4::text, $5::text, $6::text, $7::timestamptz,
                        $8::timestamptz, $9::int4) p
