-- Papers and results kept with the latest dossiers that name a person by this identity number (stored
-- backwards), among those of the agencies $1; a file is a result where the act that numbered one names it.
SELECT d.code, d.procedure, d.version, f.component, encode(f.hash, 'hex'), coalesce(f.name, b.name),
       b.media_type, d.accepted, d.finished, c.body
  FROM (SELECT DISTINCT y.dossier FROM unnest($1::int4[]) g(agency)
         CROSS JOIN LATERAL (
               SELECT s.dossier FROM motcua.dossier_search s
                WHERE s.agency = g.agency AND s.identity = $2::text
                ORDER BY s.dossier DESC LIMIT $3::int4) y
         ORDER BY y.dossier DESC LIMIT $3::int4) x
  JOIN motcua.dossier d ON d.id = x.dossier AND d.code IS NOT NULL
  JOIN motcua.dossier_file f ON f.dossier = d.id
  JOIN motcua.file_blob b ON b.hash = f.hash
  JOIN motcua.dossier_content c ON c.dossier = d.id
 WHERE f.component IS NOT NULL
    OR (d.finished IS NOT NULL AND EXISTS (
        SELECT FROM motcua.dossier_event e
         WHERE e.dossier = f.dossier AND e.kind = 'NUMBERED'
           AND strpos(e.payload, encode(f.hash, 'hex')) > 0))
 ORDER BY d.id DESC, f.seq DESC, f.component, f.hash
 LIMIT $4::int4
