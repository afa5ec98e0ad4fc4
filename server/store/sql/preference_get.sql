-- One object a person; none before the first saving.
SELECT p.content, p.updated FROM motcua.preference p WHERE p.account = $1::int8
