-- A charge is found by its id in charge_keys, where ids are unique over all months, and by its number from there: a second index of the same texts in
-- each month made every charge dearer to keep.
DROP INDEX charges_by_id;
