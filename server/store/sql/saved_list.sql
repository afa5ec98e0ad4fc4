-- Saved reports of a person ($1) and those shared with her agency ($2); or one of them ($3).
SELECT s.id, s.account, a.name, s.shared, s.scope, s.name, s.question, s.rule, s.every, s.day_on, s.minute, s.next_at,
       s.updated, t.logins, r.at, r.due_at, r.report, r.fault
  FROM (SELECT m.* FROM motcua.saved_report m WHERE m.account = $1::int8
         UNION
        SELECT h.* FROM motcua.saved_report h WHERE h.shared = $2::int4) s
  JOIN motcua.account a ON a.id = s.account
 CROSS JOIN LATERAL (SELECT coalesce(array_agg(b.login ORDER BY b.login), '{}') AS logins
                       FROM motcua.account b WHERE b.id = ANY (s.tell)) t
  LEFT JOIN LATERAL (SELECT u.at, u.due_at, u.report, u.fault FROM motcua.saved_run u WHERE u.saved = s.id
                      ORDER BY u.due_at DESC LIMIT 1) r ON true
 WHERE $3::int8 = 0 OR s.id = $3::int8
 ORDER BY s.name, s.id LIMIT 500
