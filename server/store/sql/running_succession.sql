-- Dossiers that still lie at agencies that have ended ($1): received there, resolved there, or with an
-- open task there; by number after $2, with their states.  Looks at everything that is open, by intention.
SELECT d.id, d.seq, d.head, d.code, d.number, d.state, d.supplemented
  FROM motcua.dossier d
 WHERE d.id > $2::int8 AND (
       d.id IN (SELECT k.dossier FROM motcua.task k WHERE k.agency = ANY ($1::int4[]))
       OR d.id IN (SELECT o.id FROM motcua.dossier o
                    WHERE o.accepted IS NOT NULL AND o.closed IS NULL
                      AND (o.competent = ANY ($1::int4[]) OR o.receiving = ANY ($1::int4[])))
       OR d.id IN (SELECT w.id FROM motcua.dossier w
                    WHERE w.accepted IS NULL AND w.closed IS NULL
                      AND (w.competent = ANY ($1::int4[]) OR w.receiving = ANY ($1::int4[]))))
 ORDER BY d.id LIMIT $3::int4
