-- Where a dossier lies, for the public: the step of its work.  What somebody owes beside it (a task
-- whose step begins with @) is no place; of several branches the one that is due first is told.
SET LOCAL ROLE motcua_owner;

CREATE OR REPLACE VIEW motcua.tracking WITH (security_barrier) AS
    SELECT d.code, d.track_hash, d.status, d.procedure, d.version, d.receiving, d.competent,
           d.accepted, d.current_due, d.finished, d.returned,
           (SELECT t.step FROM motcua.task t
             WHERE t.dossier = d.id AND left(t.step, 1) <> '@'
             ORDER BY t.due, t.task LIMIT 1) AS step
      FROM motcua.dossier d WHERE d.code IS NOT NULL;
