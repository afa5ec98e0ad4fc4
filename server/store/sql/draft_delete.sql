-- Whether there was one.
SELECT motcua.draft_delete($1::int8, $2::text)
