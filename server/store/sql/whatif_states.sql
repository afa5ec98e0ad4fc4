-- States of these dossiers.
SELECT d.id, d.code, d.state FROM unnest($1::int8[]) k(id) JOIN motcua.dossier d ON d.id = k.id
