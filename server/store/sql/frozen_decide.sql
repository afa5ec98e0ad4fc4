-- A second person agrees ($3) that a frozen report is published, or anybody declines.
SELECT motcua.frozen_decide($1::int8, $2::int8, $3::bool, $4::text)
