-- A sign-in by the identity provider is begun: the hash of its state.
SELECT motcua.sso_begin($1::bytea, $2::timestamptz)
