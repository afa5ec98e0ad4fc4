-- The cash book reads the history: what was received and given back, by the counter's agency and time.
-- And numbers given in an act are the result's only where the result is numbered: a receipt has its own.
SET LOCAL ROLE motcua_owner;

CREATE INDEX event_cash ON motcua.dossier_event (((payload::jsonb ->> 'agency')::integer), at, dossier)
    WHERE kind IN ('FIN_PAID', 'REFUNDED');

-- One word of store_acts changes; the rest stands as the migrations before left it.
DO $$
DECLARE
    v_old text := pg_get_functiondef('motcua.store_acts'::regproc);
    v_new text := regexp_replace(v_old,
        'ELSE(\s+)v_number\[i\] := v_assigned\[j\];',
        'ELSIF e_kind[j] = ''NUMBERED'' THEN\1v_number[i] := v_assigned[j];');
BEGIN
    IF v_new = v_old THEN
        RAISE EXCEPTION 'store_acts is not as this migration expects';
    END IF;
    EXECUTE v_new;
END $$;
