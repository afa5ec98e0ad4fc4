-- A study begins, unless $4 of this person's or $5 of all run already (0).
SELECT motcua.study_begin($1::text, $2::int4, $3::int8, $4::int4, $5::int4)
