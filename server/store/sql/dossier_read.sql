-- Brief: One dossier with its history ($2; else the last event only); the wide columns stand in
-- the first row.
SELECT ROW(e.seq, e.kind, e.at, e.actor, e.on_behalf_of, e.agency, e.role, e.payload, e.assigned,
       a.name,
       CASE WHEN e.seq = f.first THEN d.id END, d.seq,
       CASE WHEN e.seq = f.first THEN d.code END, CASE WHEN e.seq = f.first THEN d.submission END,
       CASE WHEN e.seq = f.first THEN d.number END, CASE WHEN e.seq = f.first THEN d.state END,
       CASE WHEN e.seq = f.first THEN d.head END,
       CASE WHEN e.seq = f.first THEN c.body END,
       CASE WHEN e.seq = f.first THEN (SELECT max(o.attempts) FROM motcua.outbox o
             WHERE o.dossier = d.id AND o.kind = 'portal' AND o.delivered_at IS NULL) END)
  FROM motcua.dossier d
  LEFT JOIN motcua.dossier_content c ON c.dossier = d.id
  CROSS JOIN LATERAL (SELECT CASE WHEN $2::bool THEN 1 ELSE d.seq END AS first) f
  JOIN motcua.dossier_event e ON e.dossier = d.id AND e.seq >= f.first
  LEFT JOIN motcua.account a ON a.id = e.actor
 WHERE d.code = $1::text
 ORDER BY e.seq
