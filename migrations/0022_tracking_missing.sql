-- Which papers the applicant is asked for, while she is: names of components, for who has the secret.
SET LOCAL ROLE motcua_owner;

CREATE OR REPLACE VIEW motcua.tracking WITH (security_barrier) AS
    SELECT d.code, d.track_hash, d.status, d.procedure, d.version, d.receiving, d.competent,
           d.accepted, d.current_due, d.finished, d.returned,
           (SELECT t.step FROM motcua.task t
             WHERE t.dossier = d.id AND left(t.step, 1) <> '@'
             ORDER BY t.due, t.task LIMIT 1) AS step,
           (SELECT min(t.due) FROM motcua.task t
             WHERE t.dossier = d.id AND t.step IN ('@supplement', '@payment')) AS awaited,
           CASE WHEN EXISTS (SELECT FROM motcua.task t
                              WHERE t.dossier = d.id AND t.step = '@supplement') THEN
               (SELECT ARRAY(SELECT jsonb_array_elements_text(
                                        coalesce(e.payload::jsonb -> 'missing', '[]')))
                  FROM motcua.dossier_event e
                 WHERE e.dossier = d.id AND e.kind IN ('SUPPLEMENT_DRAFTED', 'SUPPLEMENT_SENT')
                   AND jsonb_typeof(e.payload::jsonb -> 'missing') = 'array'
                 ORDER BY e.seq DESC LIMIT 1)
           END AS missing
      FROM motcua.dossier d WHERE d.code IS NOT NULL;
