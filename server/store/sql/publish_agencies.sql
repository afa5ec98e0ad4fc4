-- The projection of the organisation.
SELECT motcua.publish_agencies($1::int4[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int4[],
                               $7::int4[], $8::text[]::date[], $9::text[]::date[])
