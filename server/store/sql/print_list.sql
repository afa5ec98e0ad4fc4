-- Prints of one dossier, the newest first.  $1 code, $2 limit.
SELECT l.at, l.paper, l.variant, l.nth, l.reprint, l.same, l.copies, l.pages, l.template, l.given,
       l.printed_by, a.name, l.agency
  FROM motcua.print_log l
  LEFT JOIN motcua.account a ON a.id = l.printed_by
 WHERE l.subject = $1::text
 ORDER BY l.at DESC, l.paper, l.variant, l.nth DESC LIMIT $2::int4
