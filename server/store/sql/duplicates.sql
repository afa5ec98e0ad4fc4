-- Dossiers of one owner and procedure (chain $1) that are open, or were accepted since $2, among those
-- of the agencies $3.
SELECT d.id, d.seq, d.code, d.submission, d.procedure, d.version, d.status, d.receiving,
       d.competent, d.submitted, d.accepted, d.current_due, d.finished, c.name
  FROM (SELECT l.id FROM motcua.dossier l
         WHERE l.chain = $1::bytea AND (l.closed IS NULL OR l.accepted >= $2::timestamptz)
           AND (l.receiving = ANY ($3::int4[]) OR l.competent = ANY ($3::int4[]))
         ORDER BY l.submitted DESC LIMIT $4::int4) x
  JOIN motcua.dossier d ON d.id = x.id
  LEFT JOIN motcua.dossier_content c ON c.dossier = d.id
 ORDER BY d.submitted DESC, d.id DESC
