-- Lines of one kind that were gathered: who, from where, what, when.
SELECT motcua.audit_add_many($1::text, $2::int8[], $3::text[], $4::text[], $5::timestamptz[])
