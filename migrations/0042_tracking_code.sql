-- A dossier is found by the tracking code of its receipt alone: sixteen signs, 80 random bits.  The codes of twelve
-- signs given before go on needing the dossier's code beside them (the daemon looks here for long ones only).
SET LOCAL ROLE motcua_owner;

CREATE INDEX dossier_track ON motcua.dossier USING hash (track_hash) WHERE track_hash IS NOT NULL;
