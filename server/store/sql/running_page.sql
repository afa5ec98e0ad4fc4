-- States of dossiers with open work, in the order of their numbers after $1; of one version of a
-- procedure ($3, $4) or all.
SELECT d.id, d.seq, d.head, d.code, d.number, d.state, d.supplemented
  FROM (SELECT DISTINCT t.dossier FROM motcua.task t
         WHERE t.dossier > $1::int8
           AND ($3::text IS NULL OR (t.procedure = $3::text AND t.version = $4::int4))
         ORDER BY t.dossier LIMIT $2::int4) o
  JOIN motcua.dossier d ON d.id = o.dossier
 ORDER BY d.id
