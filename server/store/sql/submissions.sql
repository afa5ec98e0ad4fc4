-- What waits for a decision at these receiving units, oldest first.
SELECT x.id, x.seq, x.submission, x.procedure, x.version, x.status, x.channel, x.receiving,
       x.submitted, c.name
  FROM (SELECT s.*
          FROM unnest($1::int4[]) g(agency)
         CROSS JOIN LATERAL (
               SELECT d.id, d.seq, d.submission, d.procedure, d.version, d.status, d.channel,
                      d.receiving, d.submitted
                 FROM motcua.dossier d
                WHERE d.receiving = g.agency AND d.accepted IS NULL AND d.closed IS NULL
                  AND (d.submitted, d.id) > ($2::timestamptz, $3::int8)
                ORDER BY d.submitted, d.id LIMIT $4::int4) s
         ORDER BY s.submitted, s.id LIMIT $4::int4) x
  LEFT JOIN motcua.dossier_content c ON c.dossier = x.id
 ORDER BY x.submitted, x.id
