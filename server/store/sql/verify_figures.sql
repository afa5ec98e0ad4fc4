-- The rollup, row by row.
SELECT r.agency, r.month, r.procedure, r.first_decided, r.first_accepted, r.valid_first,
       r.received_online, r.received_other, r.resolved_early, r.resolved_on_time, r.resolved_late,
       r.ended_other, r.supplemented
  FROM motcua.figure_month r ORDER BY r.agency, r.month, r.procedure
