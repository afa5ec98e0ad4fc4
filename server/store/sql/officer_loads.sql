-- Officers of an agency with a role, who of them is away today, and how much each has open: 500 at most, so that it costs
-- the same whatever lies there.  Who has more takes turns.
SELECT a.id,
       coalesce(a.absent_until >= (SELECT motcua.today()), false) OR EXISTS (
           SELECT FROM motcua.absence b
            WHERE b.account = a.id AND b.ended_at IS NULL AND b.from_day <= (SELECT motcua.today())
              AND b.to_day >= (SELECT motcua.today())),
       coalesce(t.open_tasks, 0), t.last
  FROM motcua.role_held h
  JOIN motcua.account a ON a.id = h.account AND a.active
  LEFT JOIN LATERAL (SELECT count(*) AS open_tasks, max(k.opened) AS last
                       FROM (SELECT x.opened FROM motcua.task x WHERE x.officer = a.id AND x.officer <> 0
                              LIMIT 500) k) t ON true
 WHERE h.agency = $1::int4 AND h.role = $2::int4
   AND now() >= h.valid_from AND now() < h.valid_to
 ORDER BY a.id
