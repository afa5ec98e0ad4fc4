-- Dossiers after $1 by number, with what verification compares.
SELECT d.id, d.seq, d.head, d.code, d.number, d.state, d.status, d.money, d.handover, d.sync,
       d.channel, d.procedure, d.version, d.procedure_hash, d.receiving, d.competent, d.submitted,
       d.first_decided, d.first_accepted, d.refused_incomplete, d.accepted, d.original_due,
       d.basis_due, d.current_due, d.supplemented, d.finished, d.returned, d.ended, d.closed,
       c.salt, c.body
  FROM motcua.dossier d LEFT JOIN motcua.dossier_content c ON c.dossier = d.id
 WHERE d.id > $1::int8 ORDER BY d.id LIMIT $2::int4
