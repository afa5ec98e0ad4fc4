-- Names of accounts.
SELECT a.id, a.name FROM motcua.account a WHERE a.id = ANY ($1::int8[])
