-- Moving what is open at ended agencies is proposed by one person and approved by another.
SET LOCAL ROLE motcua_owner;

ALTER TABLE motcua.publication DROP CONSTRAINT publication_kind_check;
ALTER TABLE motcua.publication ADD CONSTRAINT publication_kind_check
    CHECK (kind IN ('texts', 'recalculation', 'move', 'succession'));
