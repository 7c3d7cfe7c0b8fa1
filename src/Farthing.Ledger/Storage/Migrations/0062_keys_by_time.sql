-- Charges with a UUID of version 7 in their id are found by a number that begins with its time from here on. No chain holds the numbers.
DROP TRIGGER charge_rows_refuse_update;
UPDATE charge_rows SET key = charge_key(id) WHERE length(id) >= 32 AND key <> charge_key(id);
UPDATE charge_rows SET key = charge_key((SELECT k.run_id FROM charge_kinds AS k WHERE k.seq = kind), render_id)
WHERE id IS NULL AND length(render_id) >= 32 AND key <> charge_key((SELECT k.run_id FROM charge_kinds AS k WHERE k.seq = kind), render_id);
CREATE TRIGGER charge_rows_refuse_update BEFORE UPDATE ON charge_rows
BEGIN SELECT RAISE(ABORT, 'charges is append-only: post a correction instead of changing a row'); END;
