-- Why the clocks of these dossiers ($1) stand still, and since when: the last event that stops them, of those
-- in a status ($2) in which somebody outside has the next turn.
SELECT d.code, d.status, d.procedure, d.version, e.kind, e.at, e.payload
  FROM motcua.dossier d
  LEFT JOIN LATERAL (
       SELECT x.kind, x.at, x.payload FROM motcua.dossier_event x
        WHERE x.dossier = d.id
          AND x.kind IN ('SUPPLEMENT_SENT', 'EXCLUSION_STARTED', 'SUSPENDED', 'CONSULT_SENT',
                         'FIN_REQUESTED')
        ORDER BY x.seq DESC LIMIT 1) e ON true
 WHERE d.id = ANY ($1::int8[]) AND d.status::int4 = ANY ($2::int4[])
