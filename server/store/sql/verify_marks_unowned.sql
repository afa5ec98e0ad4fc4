-- Marks of dossiers that are not there go.
SELECT motcua.index_marks_again(ARRAY(
       SELECT m.dossier FROM motcua.index_mark m WHERE NOT EXISTS (SELECT FROM motcua.dossier d WHERE d.id = m.dossier)
        UNION
       SELECT s.dossier FROM motcua.figure_spent s WHERE NOT EXISTS (SELECT FROM motcua.dossier d WHERE d.id = s.dossier)))
