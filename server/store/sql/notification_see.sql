-- What an officer was told up to $2 has been before her.
SELECT motcua.notification_see($1::int8, $2::int8)
