-- Dossiers whose next timer has come, the earliest first, with all that firing needs.
SELECT t.at, d.id, d.seq, d.head, d.code, d.number, d.submission, d.supplemented, d.state
  FROM (SELECT k.at, k.dossier FROM motcua.timer k
         WHERE k.at <= $1::timestamptz AND (k.at, k.dossier) > ($2::timestamptz, $3::int8)
         ORDER BY k.at, k.dossier LIMIT $4::int4) t
  JOIN motcua.dossier d ON d.id = t.dossier
 ORDER BY t.at, d.id
