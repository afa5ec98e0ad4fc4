-- Until when this login and this peer must wait.
SELECT max(t.blocked_until) FROM motcua.sign_in_throttle t
 WHERE t.key IN ('l:' || left($1::text, 64), 'p:' || left($2::text, 64))
