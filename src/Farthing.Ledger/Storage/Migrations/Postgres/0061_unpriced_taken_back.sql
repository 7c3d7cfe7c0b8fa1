-- An unpriced charge that was taken back, and what took it back, wait for no price any more. Where there are such, the rollups are made again.
UPDATE rollup_state SET made = 0 WHERE EXISTS (
    SELECT 1 FROM corrections AS x WHERE x.kind = 'reversal' AND NOT EXISTS (SELECT 1 FROM transfers AS t WHERE t.charge_seq = x.charge_seq));
