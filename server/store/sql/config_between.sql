-- What was published after $1 up to $2: kind, name, version, when.
SELECT x.kind, x.name, x.version, x.at
  FROM (SELECT 'organisation' AS kind, '' AS name, o.version, o.at FROM motcua.organisation_version o
         UNION ALL
        SELECT 'calendar', c.name, c.version, c.at FROM motcua.calendar_version c
         UNION ALL
        SELECT 'regime', g.name, g.version, g.at FROM motcua.regime_version g
         UNION ALL
        SELECT 'procedure', p.code, p.version::int8, p.at FROM motcua.procedure_version p) x
 WHERE x.at > $1::timestamptz AND x.at <= $2::timestamptz
 ORDER BY x.at DESC, x.kind, x.name LIMIT $3::int4
