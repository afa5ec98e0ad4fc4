SELECT motcua.outbox_settle($1::int8[], $2::text[], $3::timestamptz[])
