-- Delegations of one person ($1, as giver or holder) or of agencies ($2), the newest first; $3 cursor.
SELECT g.id, f.login, f.name, h.login, h.name, g.agency, g.kinds, g.procedures, g.valid_from,
       g.valid_to, g.document, g.entered_at, g.ended_at
  FROM (SELECT d.* FROM motcua.delegation d
         WHERE ($1::int8 IS NULL OR d.giver = $1::int8 OR d.holder = $1::int8)
           AND ($2::int4[] IS NULL OR d.agency = ANY ($2::int4[])) AND d.id < $3::int8
         ORDER BY d.id DESC LIMIT $4::int4) g
 CROSS JOIN LATERAL (SELECT a.login, a.name FROM motcua.account a WHERE a.id = g.giver OFFSET 0) f
 CROSS JOIN LATERAL (SELECT a.login, a.name FROM motcua.account a WHERE a.id = g.holder OFFSET 0) h
 ORDER BY g.id DESC
