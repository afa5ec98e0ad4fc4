-- Frozen reports, the newest first: $1 scopes that may be seen (null: all), $2 report or null, $3 series or 0,
-- $4 only the newest version of each, $5 older than this id, $6 how many.
SELECT f.id, f.series, f.version, f.report, f.question, f.scope, f.as_of, f.rules, f.engine, f.digest,
       octet_length(f.body), NULL::text, f.remark, f.author, a.name, f.at, c.agreed, c.remark, c.decided_by, b.name, c.at
  FROM motcua.frozen_report f
  JOIN motcua.account a ON a.id = f.author
  LEFT JOIN motcua.frozen_decision c ON c.report = f.id
  LEFT JOIN motcua.account b ON b.id = c.decided_by
 WHERE ($1::int4[] IS NULL OR f.scope = ANY ($1::int4[]))
   AND ($2::text IS NULL OR f.report = $2::text) AND ($3::int8 = 0 OR f.series = $3::int8)
   AND (NOT $4::bool OR NOT EXISTS (SELECT FROM motcua.frozen_report l
                                     WHERE l.series = f.series AND l.version > f.version))
   AND f.id < $5::int8
 ORDER BY f.id DESC LIMIT $6::int4
