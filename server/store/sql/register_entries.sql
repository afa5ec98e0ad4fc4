-- The register book of unit $1, field $2, year $3 after number $5, of volume $4 or null; $6 limit.  The first columns are
-- those of print_received.sql; then number, volume, and the book: last number, volumes, closed, by whom, digest.
SELECT d.code, d.procedure, d.version, d.accepted, d.original_due, d.finished, d.returned, d.competent,
       c.body::jsonb #>> '{applicant,name}', c.body::jsonb #>> '{applicant,address}',
       c.body::jsonb #>> '{applicant,phone}', c.body::jsonb ->> 'summary', c.body::jsonb ->> 'result_by',
       coalesce((d.state::jsonb ->> 'fe')::int8, 0), NULL::text,
       e.number, e.volume, motcua.register_year(d.accepted), b.last, b.volume, b.closed, b.closed_by, a.name, b.digest
  FROM motcua.register_book b
  JOIN motcua.register_entry e ON e.agency = b.agency AND e.field = b.field AND e.year = b.year
  JOIN motcua.dossier d ON d.id = e.dossier
  LEFT JOIN motcua.dossier_content c ON c.dossier = d.id
  LEFT JOIN motcua.account a ON a.id = b.closed_by
 WHERE b.agency = $1::int4 AND b.field = $2::text AND b.year = $3::int4
   AND e.agency = $1::int4 AND e.field = $2::text AND e.year = $3::int4 AND e.number > $5::int4
   AND ($4::int4 IS NULL OR e.volume = $4::int4)
 ORDER BY e.number LIMIT $6::int4
