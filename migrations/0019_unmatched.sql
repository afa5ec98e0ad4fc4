-- Money of the payment platform that does not fit what is owed is among what interrupted the straight
-- way; the index of 0012 with one kind more.
SET LOCAL ROLE motcua_owner;

DROP INDEX motcua.event_interruption;
CREATE INDEX event_interruption ON motcua.dossier_event (kind, at, dossier)
    WHERE kind IN ('SUPPLEMENT_SENT', 'DUE_ADJUSTED', 'EXCLUSION_STARTED', 'SUSPENDED', 'CONSULT_SENT',
                   'FIN_REQUESTED', 'CASE_CHANGED', 'LATE_ENTRY', 'WITHDRAWN', 'STOPPED', 'CLOSED',
                   'CORRECTED', 'REFUNDED', 'FIN_UNMATCHED');
