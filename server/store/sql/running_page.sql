-- Dossiers with open work, in the order of their numbers after $1, with their states; of those that follow
-- another version than asked ($3, $4) only the number, so that the reader knows how far it has come.
SELECT o.dossier, d.seq, d.head, d.code, d.number, d.state, d.supplemented
  FROM (SELECT DISTINCT ON (t.dossier) t.dossier, t.procedure, t.version FROM motcua.task t
         WHERE t.dossier > $1::int8 ORDER BY t.dossier LIMIT $2::int4) o
  LEFT JOIN motcua.dossier d ON d.id = o.dossier
   AND ($3::text IS NULL OR (o.procedure = $3::text AND o.version = $4::int4))
 ORDER BY o.dossier
