-- Every published version of a procedure with the open dossiers that follow it.
SELECT v.version, v.hash, v.author, v.approver, v.at, coalesce(o.open, 0)
  FROM motcua.procedure_version v
  LEFT JOIN (SELECT t.version, count(DISTINCT t.dossier) AS open FROM motcua.task t
              WHERE t.procedure = $1::text GROUP BY t.version) o ON o.version = v.version
 WHERE v.code = $1::text ORDER BY v.version DESC
