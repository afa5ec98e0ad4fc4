SELECT motcua.appointment_forget($1::timestamptz, $2::int4)
