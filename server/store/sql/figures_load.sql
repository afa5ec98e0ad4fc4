-- What each officer holds at some agencies, and what lies there with nobody (officer 0).  $1 agencies, $2 now,
-- $3 ends of today, of the next working day, of this week, $4 roles that take work: whoever holds one is told with nothing too.
SELECT k.agency, k.officer, a.name,
       coalesce(a.absent_until >= (SELECT motcua.today()), false) OR EXISTS (
           SELECT FROM motcua.absence b
            WHERE b.account = a.id AND b.ended_at IS NULL AND b.from_day <= (SELECT motcua.today())
              AND b.to_day >= (SELECT motcua.today())),
       sum(k.holding)::int8, sum(k.overdue)::int8, sum(k.today)::int8, sum(k.tomorrow)::int8,
       sum(k.week)::int8, sum(k.broken)::int8, sum(k.waiting)::int8, min(k.oldest)
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
         JOIN motcua.account c ON c.id = h.account AND c.active
        WHERE h.agency = ANY ($1::int4[]) AND h.role = ANY ($4::int4[])
          AND $2::timestamptz >= h.valid_from AND $2::timestamptz < h.valid_to) k
  LEFT JOIN motcua.account a ON a.id = k.officer
 GROUP BY k.agency, k.officer, a.id
 ORDER BY sum(k.holding) DESC, k.agency, k.officer LIMIT 2000
