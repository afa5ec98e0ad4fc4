-- The number of a paper in its book, given once.  $1 subject, $2 paper, $3 agency, $4 book, $5 year.
SELECT motcua.paper_number_take($1::text, $2::text, $3::int4, $4::text, $5::int4)
