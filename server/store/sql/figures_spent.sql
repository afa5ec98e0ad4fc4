-- Where the time of the dossiers resolved in a part of a period went.  $1 agencies, $2/$3 that part, $4 procedures or null, $5 channel,
-- $6 officer (below 0: any), $7 receiving units or null, $8 kind of applicant or null, $9 only late ones.
SELECT s.closed, s.version, s.procedure, s.spent
  FROM motcua.figure_spent s
 WHERE s.competent = ANY ($1::int4[]) AND s.closed >= $2::timestamptz AND s.closed < $3::timestamptz
   AND motcua.figure_has(s.dossier, s.procedure, s.channel, s.officer, s.receiving, s.applicant, $4::text[], $5::int4, $6::int8,
                         $7::int4[], $8::text)
   AND (NOT $9::bool OR s.late)
