-- The newest version of a question: $1 report, $2 question, $3 scope; or the one numbered $4 (then these are null).
-- $5 scopes that the asker may see, null: all; $6 who reads what she was sent besides, 0: nobody.
SELECT f.id, f.series, f.version, f.report, f.question, f.scope, f.as_of, f.rules, f.engine, f.digest, f.body,
       f.changes, f.remark, f.author, a.name, f.at, c.agreed, c.remark, c.decided_by, b.name, c.at,
       (SELECT motcua.report_engine()),
       (SELECT max(l.id) FROM motcua.frozen_report l WHERE l.series = f.series)
  FROM motcua.frozen_report f
  JOIN motcua.account a ON a.id = f.author
  LEFT JOIN motcua.frozen_decision c ON c.report = f.id
  LEFT JOIN motcua.account b ON b.id = c.decided_by
 WHERE f.id = CASE WHEN $4::int8 <> 0 THEN $4::int8 ELSE (
       SELECT v.id FROM motcua.frozen_report s JOIN motcua.frozen_report v ON v.series = s.id
        WHERE s.version = 1 AND s.report = $1::text AND s.scope = $3::int4
          AND md5(s.question) = md5($2::text) AND s.question = $2::text
        ORDER BY v.version DESC LIMIT 1) END
   AND ($5::int4[] IS NULL OR f.scope = ANY ($5::int4[])
        OR ($6::int8 <> 0 AND EXISTS (SELECT FROM motcua.notification n
                                       WHERE n.officer = $6::int8 AND n.officer <> 0 AND n.dossier = 0
                                         AND (n.body::jsonb ->> 'report')::int8 = f.id)))
