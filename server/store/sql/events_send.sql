-- News for who listens; not worth waiting for the disk.
SELECT set_config('synchronous_commit', 'off', true), pg_notify('motcua_event', p.line)
  FROM unnest($1::text[]) p(line)
