-- Earlier prints of one variant: the last number, and the last one that was not a reprint, with its
-- template's text when that is not the present one.  $1 subject, $2 paper, $3 variant, $4 template.
SELECT coalesce(n.last, 0), o.record, o.template, o.plain,
       CASE WHEN o.template <> $4::bytea THEN t.source END
  FROM (SELECT max(l.nth) AS last FROM motcua.print_log l
         WHERE l.subject = $1::text AND l.paper = $2::text AND l.variant = $3::text) n
  LEFT JOIN LATERAL (SELECT l.record, l.template, l.plain FROM motcua.print_log l
                      WHERE l.subject = $1::text AND l.paper = $2::text AND l.variant = $3::text
                        AND NOT l.reprint
                      ORDER BY l.nth DESC LIMIT 1) o ON true
  LEFT JOIN motcua.paper_template t ON t.hash = o.template
