-- What interrupted the straight way, by kind and time: the list behind the counts of supplements,
-- apologies, exclusions, ends.  Partial: the ordinary events of a dossier are not in it.
SET LOCAL ROLE motcua_owner;

CREATE INDEX event_interruption ON motcua.dossier_event (kind, at, dossier)
    WHERE kind IN ('SUPPLEMENT_SENT', 'DUE_ADJUSTED', 'EXCLUSION_STARTED', 'SUSPENDED', 'CONSULT_SENT',
                   'FIN_REQUESTED', 'CASE_CHANGED', 'LATE_ENTRY', 'WITHDRAWN', 'STOPPED', 'CLOSED',
                   'CORRECTED', 'REFUNDED');
