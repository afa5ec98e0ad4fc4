-- Whose it is and where, for whoever wants to end it.
SELECT g.giver, g.holder, g.agency, g.ended_at FROM motcua.delegation g WHERE g.id = $1::int8
