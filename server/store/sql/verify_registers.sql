-- Register books that are not what they say: numbers missing or double, a closed one of which a recount gives another digest.
SELECT b.agency || '/' || b.field || '/' || b.year
  FROM motcua.register_book b
 CROSS JOIN LATERAL (SELECT count(*) AS n, coalesce(max(e.number), 0) AS last FROM motcua.register_entry e
                      WHERE e.agency = b.agency AND e.field = b.field AND e.year = b.year) e
 WHERE e.n <> b.last OR e.last <> b.last
    OR (b.closed IS NOT NULL AND b.digest <> motcua.register_digest(b.agency, b.field, b.year))
 ORDER BY 1 LIMIT $1::int4
