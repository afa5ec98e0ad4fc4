-- A hall ($1) on a day ($2): who waits; its counters that were at work since $3; how long services took,
-- the last twenty of each; cards that are out, and when each was given last.
WITH w AS (
    SELECT t.id, t.service, t.priority IS NOT NULL AS first, t.since
      FROM motcua.ticket t
     WHERE t.hall = $1::int4 AND t.day = $2::date AND t.state = 'waiting' ORDER BY t.since LIMIT 2000),
c AS (
    SELECT t.counter, max(greatest(t.called_at, t.served_at, t.ended_at)) AS last,
           max(t.first_called_at) FILTER (WHERE t.priority IS NULL) AS plain,
           max(t.service) FILTER (WHERE t.state IN ('called', 'serving')) AS service,
           max(coalesce(t.served_at, t.called_at)) FILTER (WHERE t.state IN ('called', 'serving')) AS busy
      FROM motcua.ticket t
     WHERE t.hall = $1::int4 AND t.day = $2::date AND t.called_at IS NOT NULL
     GROUP BY t.counter),
k AS (
    SELECT c.counter, c.last >= $3::timestamptz OR c.service IS NOT NULL AS open, c.service, c.busy,
           (SELECT count(*) FROM motcua.ticket t
             WHERE t.hall = $1::int4 AND t.day = $2::date AND t.counter = c.counter
               AND t.called_at IS NOT NULL AND t.priority IS NOT NULL
               AND (c.plain IS NULL OR t.first_called_at > c.plain)) AS run
      FROM c),
m AS (
    SELECT x.service, x.seconds FROM (
        SELECT t.service, extract(epoch FROM t.ended_at - t.served_at)::int4 AS seconds,
               row_number() OVER (PARTITION BY t.service ORDER BY t.ended_at DESC) AS place
          FROM motcua.ticket t
         WHERE t.hall = $1::int4 AND t.day = $2::date AND t.called_at IS NOT NULL
           AND t.state = 'done' AND t.served_at IS NOT NULL) x
     WHERE x.place <= 20),
d AS (
    SELECT t.card, bool_or(t.card_out) AS out, max(t.issued_at) AS given
      FROM motcua.ticket t
     WHERE t.hall = $1::int4 AND t.day = $2::date AND t.card IS NOT NULL GROUP BY t.card)
SELECT (SELECT array_agg(w.id ORDER BY w.since, w.id) FROM w),
       (SELECT array_agg(w.service::text ORDER BY w.since, w.id) FROM w),
       (SELECT array_agg(w.first::int4 ORDER BY w.since, w.id) FROM w),
       (SELECT array_agg((extract(epoch FROM w.since) * 1000000)::int8 ORDER BY w.since, w.id) FROM w),
       (SELECT array_agg(k.counter ORDER BY k.counter) FROM k),
       (SELECT array_agg(k.open::int4 ORDER BY k.counter) FROM k),
       (SELECT array_agg(k.service::text ORDER BY k.counter) FROM k),
       (SELECT array_agg((extract(epoch FROM k.busy) * 1000000)::int8 ORDER BY k.counter) FROM k),
       (SELECT array_agg(k.run ORDER BY k.counter) FROM k),
       (SELECT array_agg(m.service::text) FROM m),
       (SELECT array_agg(m.seconds) FROM m),
       (SELECT array_agg(d.card ORDER BY d.card) FROM d),
       (SELECT array_agg(d.out::int4 ORDER BY d.card) FROM d),
       (SELECT array_agg((extract(epoch FROM d.given) * 1000000)::int8 ORDER BY d.card) FROM d)
