-- The latest dossiers that name a person by this identity number (stored backwards), among those of the
-- agencies $1; columns as the searches, then the content.
SELECT d.id, d.seq, d.code, d.submission, d.procedure, d.version, d.status, d.receiving,
       d.competent, d.submitted, d.accepted, d.current_due, d.finished, c.name, c.body
  FROM (SELECT DISTINCT y.dossier FROM unnest($1::int4[]) g(agency)
         CROSS JOIN LATERAL (
               SELECT s.dossier FROM motcua.dossier_search s
                WHERE s.agency = g.agency AND s.identity = $2::text
                ORDER BY s.dossier DESC LIMIT $3::int4) y
         ORDER BY y.dossier DESC LIMIT $3::int4) x
  JOIN motcua.dossier d ON d.id = x.dossier
  LEFT JOIN motcua.dossier_content c ON c.dossier = d.id
 ORDER BY d.submitted DESC NULLS LAST, d.id DESC
