-- Moves the idle end of a session that is in use.
SELECT motcua.session_touch($1::bytea, $2::timestamptz)
