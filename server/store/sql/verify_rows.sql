-- Rows of dossiers for verification, all or one ($1): the state as stored; the columns and open tasks
-- that lists, queues and figures read, as verify_columns() of server/cli/verify.c writes them from the
-- folded history (instants in microseconds); the digest of the personal content; the marks and where its time went as
-- index_marks_text() of server/store/index_marks.c writes them, "!" behind what tells another time or place (null: yet to be made).
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
          FROM motcua.dossier_content c WHERE c.dossier = d.id AND c.body <> ''),
       CASE WHEN NOT EXISTS (SELECT FROM motcua.index_unmarked u WHERE u.dossier = d.id)
             AND NOT EXISTS (SELECT FROM motcua.figure_behind b WHERE b.dossier = d.id)
            THEN coalesce((SELECT string_agg(concat_ws(',', m.part, CASE m.part WHEN 0 THEN 0 ELSE m.agency END, m.officer,
                                      coalesce(m.agency_time, -1), coalesce(m.officer_time, -1), m.contacts, m.agencies,
                                      m.processed::int4) || CASE WHEN m.closed = d.closed THEN '' ELSE '!' END, ';' ORDER BY m.part)
                             FROM motcua.index_mark m WHERE m.dossier = d.id), '')
              || coalesce((SELECT '|' || s.spent || CASE WHEN motcua.figure_spent_fits(s, f) AND s.version = d.version THEN '' ELSE '!' END
                             FROM motcua.figure_spent s LEFT JOIN motcua.figure_dossier f ON f.dossier = s.dossier
                            WHERE s.dossier = d.id), '') END
  FROM motcua.dossier d WHERE $1::int8 IS NULL OR d.id = $1::int8 ORDER BY d.id
