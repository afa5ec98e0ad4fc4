-- Tickets of a hall ($1) and day ($2): the one asked for ($3), the one at a counter ($4), or, with neither,
-- those called last ($5 of them), of which each number once.
SELECT t.id, t.service, t.letter, t.number, t.card, t.counter, t.priority, t.state, t.issued_at,
       t.called_at, t.served_at, t.calls
  FROM motcua.ticket t
 WHERE t.hall = $1::int4 AND t.day = $2::date
   AND ($3::int8 IS NULL OR t.id = $3::int8)
   AND ($4::int4 IS NULL OR (t.counter = $4::int4 AND t.state IN ('called', 'serving')))
   AND ($3::int8 IS NOT NULL OR t.called_at IS NOT NULL)
 ORDER BY t.called_at DESC NULLS LAST, t.id LIMIT $5::int4
