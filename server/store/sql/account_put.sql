-- Makes or changes an account; null leaves what is there; null answer: no such account.
SELECT motcua.account_put($1::text, $2::text, $3::int4, $4::text, $5::bytea, $6::bool)
