-- Roles and the schema.  Run by a role that may create roles (the bootstrap superuser of a private
-- cluster, or an administrator's).  Nobody signs in as the owner.
DO $$
DECLARE
    r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['motcua_owner', 'motcua_migrate', 'motcua_app', 'motcua_public',
                             'motcua_report'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = r) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOINHERIT %s', r,
                CASE r WHEN 'motcua_owner' THEN 'NOLOGIN' ELSE 'LOGIN' END);
        END IF;
    END LOOP;
    IF NOT pg_catalog.pg_has_role('motcua_migrate', 'motcua_owner', 'MEMBER') THEN
        GRANT motcua_owner TO motcua_migrate;
    END IF;
END $$;

DO $$
BEGIN
    EXECUTE pg_catalog.format('REVOKE ALL ON DATABASE %I FROM PUBLIC', pg_catalog.current_database());
    EXECUTE pg_catalog.format(
        'GRANT CONNECT ON DATABASE %I TO motcua_migrate, motcua_app, motcua_public, motcua_report',
        pg_catalog.current_database());
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA motcua AUTHORIZATION motcua_owner;
GRANT USAGE ON SCHEMA motcua TO motcua_migrate, motcua_app, motcua_public, motcua_report;
ALTER DEFAULT PRIVILEGES FOR ROLE motcua_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE motcua_owner REVOKE USAGE ON TYPES FROM PUBLIC;

-- Refuses every change of what is history; ENABLE ALWAYS, so that replication mode does not pass.
SET LOCAL ROLE motcua_owner;
CREATE FUNCTION motcua.refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: history is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION motcua.make_append_only(p_table regclass) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s
                    FOR EACH ROW EXECUTE FUNCTION motcua.refuse_change()', p_table);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION motcua.refuse_change()', p_table);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', p_table);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_truncate', p_table);
END $$;
