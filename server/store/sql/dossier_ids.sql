-- A block of 64 dossier numbers: the answer and the 63 after it.
SELECT nextval('motcua.dossier_id')
