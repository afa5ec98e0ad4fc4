SELECT motcua.reassignment_note($1::int8, $2::int8[], $3::int4[], $4::text[], $5::int8[])
