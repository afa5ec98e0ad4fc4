-- Codes that begin so, newest first; every code, the daemon asks who may see it.
SELECT d.id, d.seq, d.code, d.submission, d.procedure, d.version, d.status, d.receiving,
       d.competent, d.submitted, d.accepted, d.current_due, d.finished, c.name
  FROM (SELECT k.id AS dossier FROM motcua.dossier k
         WHERE k.code IS NOT NULL AND k.code ~>=~ $1::text AND k.code ~<~ $2::text
           AND (k.receiving = ANY ($3::int4[]) OR k.competent = ANY ($3::int4[]))
         ORDER BY k.code USING ~<~ LIMIT $4::int4) x
  JOIN motcua.dossier d ON d.id = x.dossier
  LEFT JOIN motcua.dossier_content c ON c.dossier = d.id
 ORDER BY d.id DESC LIMIT $4::int4
