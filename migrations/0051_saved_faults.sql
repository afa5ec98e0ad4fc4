-- A scheduled report that could not be made is told to whoever it was to be sent to, and to its owner.
SET LOCAL ROLE motcua_owner;

-- As in 0036.
CREATE OR REPLACE FUNCTION motcua.saved_fired(p_id bigint, p_due timestamptz, p_report bigint, p_fault text, p_next timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v motcua.saved_report;
    v_tell bigint[];
BEGIN
    UPDATE motcua.saved_report SET next_at = p_next WHERE id = p_id AND next_at = p_due RETURNING * INTO v;
    IF v.id IS NULL THEN
        RETURN false;
    END IF;
    v_tell := v.tell;
    IF p_fault IS NOT NULL AND NOT v.account = ANY (v_tell) THEN
        v_tell := v_tell || v.account;
    END IF;
    INSERT INTO motcua.saved_run (saved, due_at, report, fault, told)
        VALUES (p_id, p_due, p_report, p_fault, cardinality(v_tell)) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO motcua.notification (dossier, officer, agency, role, body)
        SELECT 0, t.id, a.agency, -1, jsonb_build_object('officer', t.id, 'agency', a.agency, 'role', NULL, 'report', p_report,
                                                         'saved', p_id, 'name', v.name, 'fault', p_fault)::text
          FROM unnest(v_tell) t(id) JOIN motcua.account a ON a.id = t.id ORDER BY t.id;
    RETURN true;
END $$;
