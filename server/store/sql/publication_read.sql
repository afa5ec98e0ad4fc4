-- One proposal ($1), or those before $2 (0: the newest), at most $3.
SELECT p.id, p.kind, p.body, p.document, p.author, a.login, p.at, coalesce(p.approver, 0), b.login,
       p.decided_at, p.declined, p.last, p.report, p.done_at
  FROM motcua.publication p
  JOIN motcua.account a ON a.id = p.author
  LEFT JOIN motcua.account b ON b.id = p.approver
 WHERE CASE WHEN $1::int8 > 0 THEN p.id = $1::int8
            WHEN $2::int8 > 0 THEN p.id < $2::int8 ELSE true END
 ORDER BY p.id DESC LIMIT $3::int4
