-- Telephone numbers that begin so ($2, $3), identity numbers that end so (stored backwards: $4, $5).
SELECT d.id, d.seq, d.code, d.submission, d.procedure, d.version, d.status, d.receiving,
       d.competent, d.submitted, d.accepted, d.current_due, d.finished, c.name
  FROM (SELECT DISTINCT y.dossier FROM unnest($1::int4[]) g(agency)
         CROSS JOIN LATERAL (
               (SELECT s.dossier FROM motcua.dossier_search s
                 WHERE s.agency = g.agency AND s.phone ~>=~ $2::text AND s.phone ~<~ $3::text
                 ORDER BY s.phone USING ~<~, s.dossier LIMIT $6::int4)
                UNION ALL
               (SELECT s.dossier FROM motcua.dossier_search s
                 WHERE s.agency = g.agency AND s.identity ~>=~ $4::text AND s.identity ~<~ $5::text
                 ORDER BY s.identity USING ~<~, s.dossier LIMIT $6::int4)) y) x
  JOIN motcua.dossier d ON d.id = x.dossier
  LEFT JOIN motcua.dossier_content c ON c.dossier = d.id
 ORDER BY d.id DESC LIMIT $6::int4
