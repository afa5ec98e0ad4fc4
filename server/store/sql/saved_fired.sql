-- What came of a run that was due, and who may have been told of it.
SELECT f.ok, t.id
  FROM (SELECT motcua.saved_fired($1::int8, $2::timestamptz, $3::int8, $4::text, $5::timestamptz, $6::int4, $7::text) AS ok) f
  LEFT JOIN LATERAL (SELECT unnest(array_append(s.tell, s.account)) AS id FROM motcua.saved_report s WHERE s.id = $1::int8) t ON f.ok
