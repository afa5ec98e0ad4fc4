-- Indexes of the dossier's row that nothing looks into since figures are counted from rows of their own (0018): an
-- acceptance wrote two of them, a dossier that was closed all four.
SET LOCAL ROLE motcua_owner;

DROP INDEX motcua.dossier_accepted, motcua.dossier_closed, motcua.dossier_decided, motcua.dossier_ended;
