SELECT motcua.timer_move($1::int8[], $2::int8[], $3::timestamptz[])
