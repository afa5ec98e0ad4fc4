-- The number of the published configuration.
SELECT c.epoch FROM motcua.config_state c
