-- The one write path: a batch of changes; arguments in the order of migrations/0039.  The last: all
-- of them or none.
SELECT act, outcome, seq, code, number, answer, head
  FROM motcua.store_acts(
    $1::int8[], $2::int8[], $3::bytea[], $4::int8[], $5::int8[], $6::int8[], $7::text[],
    $8::bytea[], $9::text[], $10::int4[], $11::int4[], $12::int4[], $13::int4[],
    $14::text[],
    $15::int4[], $16::int8[], $17::text[], $18::timestamptz[], $19::int8[], $20::int8[],
    $21::int4[], $22::text[], $23::text[], $24::bytea[], $25::text[], $26::text[],
    $27::int4[],
    $28::int4[], $29::int4[], $30::int4[], $31::int4[], $32::int8[], $33::text[],
    $34::int4[], $35::text[], $36::timestamptz[], $37::timestamptz[], $38::timestamptz[],
    $39::timestamptz[],
    $40::int4[], $41::int4[],
    $42::int4[], $43::text[], $44::text[], $45::int4[], $46::bytea[], $47::bytea[],
    $48::int4[], $49::int4[], $50::int4[], $51::int4[], $52::timestamptz[],
    $53::timestamptz[], $54::bool[], $55::bool[], $56::timestamptz[], $57::timestamptz[],
    $58::timestamptz[], $59::timestamptz[], $60::timestamptz[], $61::timestamptz[],
    $62::timestamptz[], $63::timestamptz[], $64::timestamptz[], $65::bytea[],
    $66::int4[], $67::int8[], $68::timestamptz[], $69::timestamptz[], $70::timestamptz[],
    $71::timestamptz[], $72::text[],
    $73::int4[], $74::text[], $75::bytea[], $76::text[],
    $77::int4[], $78::int4[], $79::int4[], $80::text[], $81::text[], $82::text[],
    $83::text[],
    $84::int4[], $85::bytea[], $86::int8[], $87::text[], $88::text[],
    $89::int4[], $90::timestamptz[], $91::int4[], $92::text[], $93::text[], $94::bool)
 ORDER BY act
