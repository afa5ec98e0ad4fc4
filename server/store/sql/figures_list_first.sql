-- The dossiers behind one first-submission number: $3 its column, decided in [$4, $5), observed
-- until $6; $7 cursor, $8 limit.
SELECT d.id, coalesce(d.code, d.submission), d.procedure, d.place, d.accepted, d.current_due,
       d.finished
  FROM (SELECT o.*, coalesce((
               SELECT g.receiving FROM motcua.place_ledger g
                WHERE g.dossier = o.id AND g.at > o.first_decided ORDER BY g.seq LIMIT 1),
               o.receiving) AS place
          FROM (SELECT h.* FROM motcua.dossier h
                 WHERE h.receiving = ANY ($1::int4[]) AND h.first_decided >= $4::timestamptz
                   AND h.first_decided < $5::timestamptz
                 UNION ALL
                SELECT m.* FROM motcua.dossier m
                 WHERE m.id IN (SELECT g.dossier FROM motcua.place_ledger g
                                 WHERE g.receiving = ANY ($1::int4[]))
                   AND NOT m.receiving = ANY ($1::int4[])) o) d
 WHERE d.place = ANY ($1::int4[]) AND ($2::text IS NULL OR d.procedure = $2::text)
   AND d.first_decided >= $4::timestamptz AND d.first_decided < $5::timestamptz
   AND d.id > $7::int8
   AND CASE $3::text
       WHEN 'first_decided' THEN true
       WHEN 'first_accepted' THEN d.first_accepted
       WHEN 'first_not_accepted' THEN NOT d.first_accepted
       WHEN 'valid_first' THEN d.first_accepted AND d.accepted < $6::timestamptz
            AND NOT coalesce(d.supplemented < $6::timestamptz, false)
            AND NOT (d.refused_incomplete AND d.closed < $6::timestamptz)
       WHEN 'not_valid_first' THEN NOT (d.first_accepted AND d.accepted < $6::timestamptz
            AND NOT coalesce(d.supplemented < $6::timestamptz, false)
            AND NOT (d.refused_incomplete AND d.closed < $6::timestamptz))
       WHEN 'supplemented' THEN d.accepted IS NOT NULL AND d.supplemented < $6::timestamptz
       ELSE false END
 ORDER BY d.id LIMIT $8::int4
