-- The offered secret was proved: on from now, with its recovery codes; false: nothing of that kind is offered.
SELECT motcua.factor_on($1::int8, $2::bytea, $3::int8, $4::bytea[], $5::bytea, $6::text)
