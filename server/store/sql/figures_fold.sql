-- Settles at most $1 of the dossiers that were closed since: they go into the cells of figures.  How many it did.
SELECT motcua.figure_fold($1::int4)
