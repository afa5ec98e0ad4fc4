-- Officers of an agency with a role, who of them is away today, and how much each has open.
SELECT a.id,
       coalesce(a.absent_until >= (SELECT motcua.today()), false) OR EXISTS (
           SELECT FROM motcua.absence b
            WHERE b.account = a.id AND b.ended_at IS NULL AND b.from_day <= (SELECT motcua.today())
              AND b.to_day >= (SELECT motcua.today())),
       coalesce(t.open_tasks, 0), t.last
  FROM motcua.role_held h
  JOIN motcua.account a ON a.id = h.account AND a.active
  LEFT JOIN LATERAL (SELECT count(*) AS open_tasks, max(k.opened) AS last FROM motcua.task k
                      WHERE k.officer = a.id AND k.officer <> 0) t ON true
 WHERE h.agency = $1::int4 AND h.role = $2::int4
   AND now() >= h.valid_from AND now() < h.valid_to
 ORDER BY a.id
