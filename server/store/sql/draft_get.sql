-- One draft, for its owner only.
SELECT d.version, d.kind::text, d.title, d.updated, d.content
  FROM motcua.draft d
 WHERE d.account = $1::int8 AND d.id = $2::text AND d.expires > $3::timestamptz
