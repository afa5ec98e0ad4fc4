-- What came of messages of a kind: delivered (no fault), or tried again after a minute, each time a minute more, an hour at
-- most.  Of a dossier only the earliest can be told of: nothing arrives before what it follows.
SELECT motcua.outbox_settle(array_agg(o.id), array_agg(s.fault),
           array_agg(statement_timestamp() + least(interval '1 hour', (o.attempts + 1) * interval '1 minute')))
  FROM unnest($1::int8[], $2::text[]) s(id, fault)
  JOIN motcua.outbox o ON o.id = s.id AND o.kind = $3::text AND o.delivered_at IS NULL
 WHERE NOT EXISTS (SELECT FROM motcua.outbox e
                    WHERE e.delivered_at IS NULL AND e.dossier = o.dossier AND e.kind = o.kind AND e.id < o.id)
