-- Rows of dossiers for verification, all or one ($1): the state as stored; the columns and open tasks
-- that lists, queues and figures read, as verify_columns() of server/cli/verify.c writes them from the
-- folded history (instants in microseconds); the digest of the personal content.
SELECT d.id, d.seq, encode(d.head, 'hex'), d.code, d.number, encode(d.procedure_hash, 'hex'), d.state,
       concat_ws('|', d.status, d.money, d.handover, d.sync, d.channel, d.procedure, d.version,
           d.receiving, d.competent, d.first_accepted::int4, d.refused_incomplete::int4,
           (SELECT string_agg(coalesce((extract(epoch FROM s.at) * 1000000)::int8::text, '-'), '|'
                              ORDER BY s.n)
              FROM unnest(ARRAY[d.submitted, d.first_decided, d.accepted, d.original_due,
                                d.basis_due, d.current_due, d.finished, d.returned, d.ended])
                       WITH ORDINALITY s(at, n)),
           (SELECT string_agg(concat_ws(',', t.task, t.agency, t.role, t.officer, t.seq,
                       (extract(epoch FROM t.opened) * 1000000)::int8,
                       coalesce((extract(epoch FROM t.received) * 1000000)::int8::text, '-'),
                       (extract(epoch FROM t.due) * 1000000)::int8), ';' ORDER BY t.task)
              FROM motcua.task t WHERE t.dossier = d.id)),
       (SELECT encode(sha256(c.salt || convert_to(c.body, 'UTF8')), 'hex')
          FROM motcua.dossier_content c WHERE c.dossier = d.id AND c.body <> '')
  FROM motcua.dossier d WHERE $1::int8 IS NULL OR d.id = $1::int8 ORDER BY d.id
