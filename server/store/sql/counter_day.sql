-- What one officer did at the counter in [$2, $3), the latest first; by an index of those events alone.
SELECT e.at, e.kind, e.payload::jsonb ->> 'outcome', coalesce(d.code, d.submission), d.procedure,
       d.version, c.name, d.current_due, (e.payload::jsonb ->> 'amount')::int8,
       e.payload::jsonb ->> 'method'
  FROM (SELECT v.* FROM motcua.dossier_event v
         WHERE v.actor = $1::int8 AND v.at >= $2::timestamptz AND v.at < $3::timestamptz
           AND v.kind IN ('ATTEMPT_DECIDED', 'RESULT_HANDED_OVER', 'FIN_PAID', 'REFUNDED')
         ORDER BY v.at DESC LIMIT $4::int4) e
  JOIN motcua.dossier d ON d.id = e.dossier
  LEFT JOIN motcua.dossier_content c ON c.dossier = e.dossier
 ORDER BY e.at DESC, e.dossier DESC, e.seq DESC
