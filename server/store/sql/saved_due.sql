-- The report that is due first by now, and when the first is due at all; where its owner is by now, with which roles.
SELECT s.id, s.next_at, s.account, s.scope, s.question, s.rule, s.every, s.day_on, s.minute, a.active, a.agency,
       motcua.roles_of(a.id, a.agency)
  FROM motcua.saved_report s JOIN motcua.account a ON a.id = s.account WHERE s.next_at IS NOT NULL ORDER BY s.next_at, s.id LIMIT 1
