-- By when the applicant is awaited (papers, a payment), for the public sentence.
SET LOCAL ROLE motcua_owner;

CREATE OR REPLACE VIEW motcua.tracking WITH (security_barrier) AS
    SELECT d.code, d.track_hash, d.status, d.procedure, d.version, d.receiving, d.competent,
           d.accepted, d.current_due, d.finished, d.returned,
           (SELECT t.step FROM motcua.task t
             WHERE t.dossier = d.id AND left(t.step, 1) <> '@'
             ORDER BY t.due, t.task LIMIT 1) AS step,
           (SELECT min(t.due) FROM motcua.task t
             WHERE t.dossier = d.id AND t.step IN ('@supplement', '@payment')) AS awaited
      FROM motcua.dossier d WHERE d.code IS NOT NULL;
