-- A person's drafts without their contents, the latest first; at most as many as draft_put lets in.
SELECT d.id::text, d.version, d.kind::text, d.title, d.updated
  FROM motcua.draft d
 WHERE d.account = $1::int8 AND d.expires > $2::timestamptz
 ORDER BY d.updated DESC, d.id
