-- What each officer holds at some agencies, and what lies there with nobody (officer 0).  $1 agencies, $2 now,
-- $3 ends of today, of the next working day, of this week, $4 roles that take work: whoever holds one is told with nothing too.
SELECT s.agency, s.officer, a.name,
       coalesce(a.absent_until >= (SELECT motcua.today()), false) OR EXISTS (
           SELECT FROM motcua.absence b
            WHERE b.account = s.officer AND b.ended_at IS NULL AND b.from_day <= (SELECT motcua.today())
              AND b.to_day >= (SELECT motcua.today())),
       s.holding, s.overdue, s.today, s.tomorrow, s.week, s.broken, s.waiting, s.oldest, a.login,
       coalesce(a.absent_until >= x.day, false) OR EXISTS (
           SELECT FROM motcua.absence b
            WHERE b.account = s.officer AND b.ended_at IS NULL AND b.from_day <= x.day AND b.to_day >= x.day),
       (SELECT coalesce(bit_or(1::int8 << h.role::int4), 0) FROM motcua.role_held h
         WHERE h.account = s.officer AND h.agency = s.agency AND $2::timestamptz >= h.valid_from
           AND $2::timestamptz < h.valid_to)
  FROM (
SELECT k.agency, k.officer, sum(k.holding)::int8 AS holding, sum(k.overdue)::int8 AS overdue,
       sum(k.today)::int8 AS today, sum(k.tomorrow)::int8 AS tomorrow, sum(k.week)::int8 AS week,
       sum(k.broken)::int8 AS broken, sum(k.waiting)::int8 AS waiting, min(k.oldest) AS oldest
  FROM (
       SELECT t.agency, t.officer, count(*) AS holding,
              count(*) FILTER (WHERE t.due < $2::timestamptz) AS overdue,
              count(*) FILTER (WHERE t.due >= $2::timestamptz AND t.due < ($3::timestamptz[])[1]) AS today,
              count(*) FILTER (WHERE t.due >= ($3::timestamptz[])[1] AND t.due < ($3::timestamptz[])[2]) AS tomorrow,
              count(*) FILTER (WHERE t.due >= $2::timestamptz AND t.due < ($3::timestamptz[])[3]) AS week,
              count(*) FILTER (WHERE t.promised < $2::timestamptz) AS broken,
              count(*) FILTER (WHERE t.received IS NULL) AS waiting, min(t.due) AS oldest
         FROM motcua.task t WHERE t.agency = ANY ($1::int4[])
        GROUP BY 1, 2
        UNION ALL
       SELECT DISTINCT h.agency, h.account, 0, 0, 0, 0, 0, 0, 0, NULL::timestamptz
         FROM motcua.role_held h
        WHERE h.agency = ANY ($1::int4[]) AND h.role = ANY ($4::int4[])
          AND $2::timestamptz >= h.valid_from AND $2::timestamptz < h.valid_to) k
 GROUP BY 1, 2) s
  LEFT JOIN LATERAL (SELECT c.name, c.login, c.absent_until, c.active FROM motcua.account c
                      WHERE c.id = s.officer OFFSET 0) a ON true
 CROSS JOIN (SELECT ((($3::timestamptz[])[2] - interval '1 second') AT TIME ZONE interval '7 hours')::date AS day) x
 WHERE a.active OR s.holding > 0
 ORDER BY s.holding DESC, s.agency, s.officer LIMIT 2000
