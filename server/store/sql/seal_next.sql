-- Seals the next days that are over.  $1 at most so many.  Answers how many.
SELECT motcua.day_seal_next($1::int4)
