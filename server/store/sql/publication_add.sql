-- A proposal: kind, body, document, author.
SELECT motcua.publication_add($1::text, $2::text, $3::text, $4::int8)
