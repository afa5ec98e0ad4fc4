SELECT motcua.notify_deliver($1::int8[])
