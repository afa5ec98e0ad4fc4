-- What figures are counted from follows the acts committed so far, at most so many lines of them; how many it did.
SELECT motcua.figure_follow($1::int4)
