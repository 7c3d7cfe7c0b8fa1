-- A charge may be corrected by several re-ratings: the one that an undone re-rating left without a price is priced again by the next.
ALTER TABLE corrections DROP CONSTRAINT corrections_pkey;
ALTER TABLE corrections ADD PRIMARY KEY (charge_seq, rerating);
