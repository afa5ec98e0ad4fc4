-- A batch of store_acts finds its rows one by one in the order of their numbers, so that two batches never
-- wait for each other, instead of comparing each with each: that work grew with the square of the batch,
-- and what comes by itself goes in large ones.
SET LOCAL ROLE motcua_owner;

DO $$
DECLARE
    v_old text := pg_get_functiondef('motcua.store_acts'::regproc);
    v_new text := regexp_replace(regexp_replace(v_old,
        'WITH l AS MATERIALIZED \([^)]*\([^)]*\)[^)]*\)\s+SELECT array_agg\(o\.outcome',
        'SELECT array_agg(o.outcome'),
        'FROM unnest\(a_id, a_expect, a_head, a_epoch, a_account, a_key, a_body\)\s+'
        'WITH ORDINALITY a\(id, expect, head, epoch, account, key, body, ord\)\s+LEFT JOIN l ON l\.id = a\.id',
        'FROM (SELECT * FROM unnest(a_id, a_expect, a_head, a_epoch, a_account, a_key, a_body)
                           WITH ORDINALITY u(id, expect, head, epoch, account, key, body, ord)
                        ORDER BY u.id, u.ord) a
                  LEFT JOIN LATERAL (SELECT d.id, d.seq, d.head, d.code, d.submission
                                       FROM motcua.dossier d WHERE d.id = a.id FOR NO KEY UPDATE) l ON true');
BEGIN
    IF v_new ~ 'l AS MATERIALIZED' OR v_new !~ 'LEFT JOIN LATERAL' OR v_new ~ 'LEFT JOIN l ON' THEN
        RAISE EXCEPTION 'store_acts is not as this migration expects';
    END IF;
    EXECUTE v_new;
END $$;
