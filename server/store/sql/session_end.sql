-- Signs out.
SELECT motcua.session_end($1::bytea)
