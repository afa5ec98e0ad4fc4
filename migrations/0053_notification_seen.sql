-- How far somebody has read what she was told: one number a person.
SET LOCAL ROLE motcua_owner;

CREATE TABLE motcua.notification_seen (
    account bigint PRIMARY KEY REFERENCES motcua.account,
    upto bigint NOT NULL
) WITH (fillfactor = 70);
-- Whoever is here already has had her list before her.
INSERT INTO motcua.notification_seen (account, upto)
SELECT a.id, coalesce((SELECT max(n.id) FROM motcua.notification n), 0) FROM motcua.account a;

-- Never further than there is, never back.
CREATE FUNCTION motcua.notification_see(p_account bigint, p_upto bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO motcua.notification_seen AS s (account, upto)
        VALUES (p_account, least(p_upto, (SELECT coalesce(max(n.id), 0) FROM motcua.notification n)))
        ON CONFLICT (account) DO UPDATE SET upto = excluded.upto WHERE s.upto < excluded.upto
$$;

GRANT SELECT ON motcua.notification_seen TO motcua_app;
GRANT EXECUTE ON FUNCTION motcua.notification_see TO motcua_app;
