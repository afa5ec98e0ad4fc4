-- Running numbers with the highest value given out.
SELECT c.name, c.value FROM motcua.counter c ORDER BY c.name
