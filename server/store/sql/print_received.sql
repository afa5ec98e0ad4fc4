-- What units received in [$2, $3), with who brought it, for day sheets and register books.  $1 units, $4
-- competent agencies or null, $5 officer who took it in or null, $6 limit.
SELECT d.code, d.procedure, d.version, d.accepted, d.original_due, d.finished, d.returned, d.competent,
       c.body::jsonb #>> '{applicant,name}', c.body::jsonb #>> '{applicant,address}',
       c.body::jsonb #>> '{applicant,phone}', c.body::jsonb ->> 'summary', c.body::jsonb ->> 'result_by',
       coalesce((d.state::jsonb ->> 'fe')::int8, 0), a.name
  FROM motcua.dossier d
  JOIN motcua.dossier_content c ON c.dossier = d.id
  LEFT JOIN LATERAL (SELECT e.actor FROM motcua.dossier_event e
                      WHERE e.dossier = d.id AND e.kind = 'ACCEPTED' ORDER BY e.seq LIMIT 1) t ON true
  LEFT JOIN motcua.account a ON a.id = t.actor
 WHERE d.receiving = ANY ($1::int4[]) AND d.accepted >= $2::timestamptz
   AND d.accepted < $3::timestamptz
   AND ($4::int4[] IS NULL OR d.competent = ANY ($4::int4[]))
   AND ($5::int8 IS NULL OR t.actor = $5::int8)
 ORDER BY d.accepted, d.id LIMIT $6::int4
