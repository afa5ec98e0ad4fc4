-- Letters, numbers and cards of tickets.
SELECT t.id, t.service, t.letter, t.number, t.card FROM motcua.ticket t WHERE t.id = ANY ($1::int8[])
