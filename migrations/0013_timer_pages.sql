-- Pages of timers go on after the last (at, dossier): the index has both.
SET LOCAL ROLE motcua_owner;

DROP INDEX motcua.timer_at;
CREATE INDEX timer_at ON motcua.timer (at, dossier);
