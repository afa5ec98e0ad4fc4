-- Who may do what.  tests/db/grants.txt lists the outcome; a test compares the two.
-- app reads and calls; it holds no INSERT, UPDATE or DELETE anywhere.
SET LOCAL ROLE motcua_owner;

-- What anybody may learn with a code and its secret: nothing personal, no officer.
CREATE VIEW motcua.tracking WITH (security_barrier) AS
    SELECT d.code, d.track_hash, d.status, d.procedure, d.version, d.receiving, d.competent,
           d.accepted, d.current_due, d.finished, d.returned,
           (SELECT min(t.step) FROM motcua.task t WHERE t.dossier = d.id) AS step
      FROM motcua.dossier d WHERE d.code IS NOT NULL;

GRANT SELECT ON motcua.config_state, motcua.organisation_version, motcua.calendar_version,
    motcua.regime_version, motcua.procedure_version, motcua.agency, motcua.role, motcua.role_held,
    motcua.session, motcua.sign_in_throttle, motcua.dossier, motcua.task, motcua.dossier_event,
    motcua.due_ledger, motcua.dossier_content, motcua.dossier_search, motcua.idempotency,
    motcua.figure_month, motcua.file_blob, motcua.dossier_file, motcua.timer, motcua.outbox,
    motcua.counter, motcua.tracking TO motcua_app;
GRANT SELECT (id, login, name, agency, active, absent_until, identity_key, created_at, password_at)
    ON motcua.account TO motcua_app;
GRANT USAGE ON SEQUENCE motcua.dossier_id TO motcua_app;
GRANT EXECUTE ON FUNCTION motcua.publish_text, motcua.publish_procedure, motcua.publish_agencies,
    motcua.audit_add, motcua.roles_of, motcua.account_by_login, motcua.session_create,
    motcua.session_touch, motcua.session_end, motcua.sign_in_attempt, motcua.account_put,
    motcua.account_roles, motcua.store_acts, motcua.file_register, motcua.expire TO motcua_app;

GRANT SELECT ON motcua.tracking TO motcua_public;

GRANT SELECT ON motcua.agency, motcua.role, motcua.procedure_version, motcua.dossier, motcua.task,
    motcua.due_ledger, motcua.figure_month TO motcua_report;
