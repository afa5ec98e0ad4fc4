-- A scheduled report is made with what its owner may see when it is due: whoever moved to another agency since goes on with that one's
-- figures, and is told so.
SET LOCAL ROLE motcua_owner;

-- What is told of a run that was made all the same: 'moved', since its owner was.
ALTER TABLE motcua.saved_run ADD COLUMN remark text;

DROP FUNCTION motcua.saved_fired;
-- As in 0051; p_scope: whose figures it told of, null: as before; p_remark: what its owner must know of that.
CREATE FUNCTION motcua.saved_fired(p_id bigint, p_due timestamptz, p_report bigint, p_fault text, p_next timestamptz, p_scope integer,
                                   p_remark text)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v motcua.saved_report;
    v_tell bigint[];
BEGIN
    UPDATE motcua.saved_report SET next_at = p_next, scope = coalesce(p_scope, scope)
     WHERE id = p_id AND next_at = p_due RETURNING * INTO v;
    IF v.id IS NULL THEN
        RETURN false;
    END IF;
    v_tell := v.tell;
    IF coalesce(p_fault, p_remark) IS NOT NULL AND NOT v.account = ANY (v_tell) THEN
        v_tell := v_tell || v.account;
    END IF;
    INSERT INTO motcua.saved_run (saved, due_at, report, fault, told, remark)
        VALUES (p_id, p_due, p_report, p_fault, cardinality(v_tell), p_remark) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO motcua.notification (dossier, officer, agency, role, body)
        SELECT 0, t.id, a.agency, -1, jsonb_build_object('officer', t.id, 'agency', a.agency, 'role', NULL, 'report', p_report,
                                                         'saved', p_id, 'name', v.name, 'fault', p_fault, 'remark', p_remark)::text
          FROM unnest(v_tell) t(id) JOIN motcua.account a ON a.id = t.id ORDER BY t.id;
    RETURN true;
END $$;

REVOKE EXECUTE ON FUNCTION motcua.saved_fired FROM PUBLIC;
GRANT EXECUTE ON FUNCTION motcua.saved_fired TO motcua_app;
