-- All day seals for the independent checker, the oldest first.
SELECT json_build_object('sealed', to_char(s.day, 'YYYY-MM-DD'), 'events', s.events, 'dossiers', s.dossiers,
                         'prev', encode(s.prev, 'hex'), 'digest', encode(s.digest, 'hex'))::text
  FROM motcua.day_seal s ORDER BY s.day
