-- What officers are told stands in their list with the act itself.  It went through the outbox first: two writes
-- more for each, and a search among messages just delivered that grew with the square of what one midnight brings.
-- The outbox holds what must be brought somewhere: news between dossiers.
SET LOCAL ROLE motcua_owner;

-- Numbers go on where those of the messages were: lists are read by them.
ALTER TABLE motcua.notification ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY,
    ALTER COLUMN at SET DEFAULT clock_timestamp();
INSERT INTO motcua.notification (id, at, dossier, officer, agency, role, body) OVERRIDING SYSTEM VALUE
SELECT o.id, o.at, coalesce(o.dossier, 0), coalesce(p.officer, 0), coalesce(p.agency, 0), coalesce(r.id, -1), o.body
  FROM motcua.outbox o
 CROSS JOIN LATERAL jsonb_to_record(o.body::jsonb) p(officer bigint, agency integer, role text)
  LEFT JOIN motcua.role r ON r.name = p.role
 WHERE o.kind = 'notify' AND o.delivered_at IS NULL
 ORDER BY o.id
    ON CONFLICT (id) DO NOTHING;
UPDATE motcua.outbox SET delivered_at = clock_timestamp() WHERE kind = 'notify' AND delivered_at IS NULL;
SELECT setval(pg_get_serial_sequence('motcua.notification', 'id'),
              (SELECT greatest(1, max(o.id), max(n.id)) FROM motcua.outbox o FULL JOIN motcua.notification n USING (id)));
DROP FUNCTION motcua.notify_deliver;

DO $$
DECLARE
    v_old text := pg_get_functiondef('motcua.store_acts'::regproc);
    v_new text := regexp_replace(v_old,
        'INSERT INTO motcua\.outbox \(kind, dossier, seq, body\)\s+SELECT o\.kind, a_id\[o\.act\], a_seq\[o\.act\], o\.body\s+'
        'FROM unnest\(o_act, o_kind, o_body\) o\(act, kind, body\) WHERE v_out\[o\.act\] = 0;',
        'IF ''notify'' = ANY (o_kind) THEN
            INSERT INTO motcua.notification (dossier, officer, agency, role, body)
            SELECT a_id[o.act], coalesce(p.officer, 0), coalesce(p.agency, 0), coalesce(r.id, -1), o.body
              FROM unnest(o_act, o_kind, o_body) o(act, kind, body)
             CROSS JOIN LATERAL jsonb_to_record(o.body::jsonb) p(officer bigint, agency integer, role text)
              LEFT JOIN motcua.role r ON r.name = p.role
             WHERE o.kind = ''notify'' AND v_out[o.act] = 0;
        END IF;
        IF array_remove(o_kind, ''notify'') <> ''{}'' THEN
            INSERT INTO motcua.outbox (kind, dossier, seq, body)
            SELECT o.kind, a_id[o.act], a_seq[o.act], o.body
              FROM unnest(o_act, o_kind, o_body) o(act, kind, body)
             WHERE o.kind <> ''notify'' AND v_out[o.act] = 0;
        END IF;');
BEGIN
    IF v_new = v_old THEN
        RAISE EXCEPTION 'store_acts is not as this migration expects';
    END IF;
    EXECUTE v_new;
END $$;

-- As in 0035; who is on the list is told at once.
CREATE OR REPLACE FUNCTION motcua.saved_fired(p_id bigint, p_due timestamptz, p_report bigint, p_fault text, p_next timestamptz)
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v motcua.saved_report;
BEGIN
    UPDATE motcua.saved_report SET next_at = p_next WHERE id = p_id AND next_at = p_due RETURNING * INTO v;
    IF v.id IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO motcua.saved_run (saved, due_at, report, fault, told)
        VALUES (p_id, p_due, p_report, p_fault, cardinality(v.tell)) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO motcua.notification (dossier, officer, agency, role, body)
        SELECT 0, t.id, a.agency, -1, jsonb_build_object('officer', t.id, 'agency', a.agency, 'role', NULL, 'report', p_report,
                                                         'saved', p_id, 'name', v.name, 'fault', p_fault)::text
          FROM unnest(v.tell) t(id) JOIN motcua.account a ON a.id = t.id ORDER BY t.id;
    RETURN true;
END $$;
