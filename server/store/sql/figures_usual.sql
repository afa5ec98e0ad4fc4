-- How long a procedure usually takes, for everybody to read: calendar days from acceptance to the result, half and nine of ten
-- took no more (nearest rank).  $1 procedure, $2 with a result since, $3 of the newest so many at most.
SELECT count(*)::int8, (percentile_disc(0.5) WITHIN GROUP (ORDER BY x.days))::int8,
       (percentile_disc(0.9) WITHIN GROUP (ORDER BY x.days))::int8
  FROM (SELECT motcua.figure_day(f.closed) - motcua.figure_day(f.accepted) AS days
          FROM motcua.figure_dossier f
         WHERE f.procedure = $1::text AND f.accepted IS NOT NULL AND f.resolved AND f.closed >= $2::timestamptz
         ORDER BY f.closed DESC LIMIT $3::int4) x
