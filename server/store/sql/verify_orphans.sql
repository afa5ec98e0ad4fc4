-- Rows that hang on no dossier, dossiers whose promises or content are missing, and work under another name than its
-- dossier's applicant: table and number.
SELECT 'task', t.dossier FROM motcua.task t
 WHERE NOT EXISTS (SELECT FROM motcua.dossier d WHERE d.id = t.dossier AND d.seq = t.seq)
    OR t.name IS DISTINCT FROM (SELECT c.name FROM motcua.dossier_content c WHERE c.dossier = t.dossier)
 UNION ALL
SELECT 'due_ledger', u.dossier FROM motcua.due_ledger u
 WHERE NOT EXISTS (SELECT FROM motcua.dossier d WHERE d.id = u.dossier)
 UNION ALL
SELECT 'dossier_content', c.dossier FROM motcua.dossier_content c
 WHERE NOT EXISTS (SELECT FROM motcua.dossier d WHERE d.id = c.dossier)
 UNION ALL
SELECT 'index_mark', m.dossier FROM motcua.index_mark m
 WHERE m.part = 0 AND NOT EXISTS (SELECT FROM motcua.dossier d WHERE d.id = m.dossier)
 UNION ALL
SELECT 'figure_spent', s.dossier FROM motcua.figure_spent s
 WHERE NOT EXISTS (SELECT FROM motcua.dossier d WHERE d.id = s.dossier)
 UNION ALL
SELECT 'dossier', d.id FROM motcua.dossier d
 WHERE d.accepted IS NOT NULL AND NOT EXISTS (
       SELECT FROM motcua.due_ledger u WHERE u.dossier = d.id
          AND u.original = d.original_due AND u.basis = d.basis_due AND u.current = d.current_due)
 LIMIT $1::int4
