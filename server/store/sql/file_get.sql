-- A file of a dossier, with what decides who may read it.
SELECT b.size, b.media_type, coalesce(f.name, b.name), d.receiving, d.competent, d.state, d.id
  FROM motcua.dossier d
  JOIN motcua.dossier_file f ON f.dossier = d.id AND f.hash = $2::bytea
  JOIN motcua.file_blob b ON b.hash = f.hash
 WHERE d.code = $1::text OR d.submission = $1::text
 ORDER BY f.seq DESC LIMIT 1
