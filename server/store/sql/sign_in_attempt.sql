-- Counts a sign-in; answers until when login and peer must wait.
SELECT motcua.sign_in_attempt($1::text, $2::text, $3::bool, $4::timestamptz)
