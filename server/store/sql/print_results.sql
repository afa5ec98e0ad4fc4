-- Results that came to units in [$2, $3), for the list that they are handed over by.  $1 units, $4 competent agencies or
-- null, $5 limit.  The first columns are those of print_received.sql, of the owner where there is one; then the number of the
-- result and whether it is a refusal.
SELECT d.code, d.procedure, d.version, d.accepted, d.original_due, d.finished, d.returned, d.competent,
       coalesce(c.body::jsonb #>> '{owner,name}', c.body::jsonb #>> '{applicant,name}'),
       coalesce(c.body::jsonb #>> '{owner,address}', c.body::jsonb #>> '{applicant,address}'),
       c.body::jsonb #>> '{applicant,phone}', c.body::jsonb ->> 'summary', c.body::jsonb ->> 'result_by',
       coalesce((d.state::jsonb ->> 'fe')::int8, 0), NULL::text,
       coalesce(d.state::jsonb #>> '{rs,number}',
                (SELECT e.assigned FROM motcua.dossier_event e
                  WHERE e.dossier = d.id AND e.kind = 'NUMBERED' ORDER BY e.seq DESC LIMIT 1)),
       coalesce((d.state::jsonb #>> '{rs,refusal}')::bool, false)
  FROM motcua.figure_item i
  JOIN motcua.dossier d ON d.id = i.dossier
  JOIN motcua.dossier_content c ON c.dossier = d.id
 WHERE i.place = ANY ($1::int4[]) AND i.kind = 6 AND i.opened >= $2::timestamptz AND i.opened < $3::timestamptz
   AND ($4::int4[] IS NULL OR d.competent = ANY ($4::int4[]))
 ORDER BY i.opened, d.id LIMIT $5::int4
