-- The one write path: a batch of changes; arguments in the order of migrations/0005.
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
    $42::int4[], $43::text[], $44::text[], $45::int4[], $46::bytea[],
    $47::int4[], $48::int4[], $49::int4[], $50::int4[], $51::timestamptz[],
    $52::timestamptz[], $53::bool[], $54::bool[], $55::timestamptz[], $56::timestamptz[],
    $57::timestamptz[], $58::timestamptz[], $59::timestamptz[], $60::timestamptz[],
    $61::timestamptz[], $62::timestamptz[], $63::timestamptz[], $64::bytea[],
    $65::int4[], $66::int8[], $67::timestamptz[], $68::timestamptz[], $69::timestamptz[],
    $70::timestamptz[], $71::text[],
    $72::int4[], $73::int4[], $74::int4[], $75::text[], $76::int4[], $77::int8[],
    $78::int4[], $79::text[], $80::bytea[], $81::text[],
    $82::int4[], $83::int4[], $84::int4[], $85::text[], $86::text[], $87::text[],
    $88::text[],
    $89::int4[], $90::bytea[], $91::int8[], $92::text[], $93::text[])
 ORDER BY act
