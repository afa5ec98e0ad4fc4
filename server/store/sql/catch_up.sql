-- Rungs that fired at least $4 minutes late, the newest first; arguments $1 to $4 as in
-- catch_up_count, $5/$6 cursor (time and dossier of the last row), $7 how many (what fired in one act
-- stays on one page).
SELECT f.fired_at, f.dossier, coalesce(d.code, d.submission), d.procedure, f.clock, f.rung,
       f.late_minutes, f.agency, f.role, f.does, f.why_not
  FROM (SELECT x.* FROM motcua.timer_fired x
         WHERE x.fired_at >= $2::timestamptz AND x.fired_at < $3::timestamptz
           AND x.fired_at <= coalesce($5::timestamptz, 'infinity')
           AND ($5::timestamptz IS NULL OR (x.fired_at, x.dossier) < ($5::timestamptz, $6::int8))
           AND x.agency = ANY ($1::int4[]) AND x.late_minutes >= $4::int8
         ORDER BY x.fired_at DESC, x.dossier DESC FETCH FIRST ($7::int4) ROWS WITH TIES) f
  JOIN motcua.dossier d ON d.id = f.dossier
 ORDER BY f.fired_at DESC, f.dossier DESC, f.seq
