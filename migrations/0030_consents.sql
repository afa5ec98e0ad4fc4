-- What needed a second person's agreement (late entries, refunds, apologies …), by kind and time.  Partial: the ordinary
-- events of a dossier are not in it.
SET LOCAL ROLE motcua_owner;

CREATE INDEX event_asked ON motcua.dossier_event (kind, at, dossier)
    WHERE kind IN ('SUPPLEMENT_DRAFTED', 'EXTENSION_REQUESTED', 'REQUESTED');
