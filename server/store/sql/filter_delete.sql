-- Whether there was one that she may remove.
SELECT motcua.filter_delete($1::int8, $2::int4, $3::int8)
