-- A day at the counter reads the history by who did it: only what a counter does.
SET LOCAL ROLE motcua_owner;

CREATE INDEX event_counter ON motcua.dossier_event (actor, at)
    WHERE kind IN ('ATTEMPT_DECIDED', 'RESULT_HANDED_OVER', 'FIN_PAID', 'REFUNDED');
