-- What budgets have spent and what processes hold of them. These are counters beside the ledger, not rows of it: what was spent is the sum of
-- the charges of the attempts that name the budget, and is counted in the transaction that posts them.
-- A key is NAME@PERIOD, such as team-a@2026-11-25; amounts are in 1e-12 USD.
ALTER TABLE gateway_attempts ADD COLUMN budgets TEXT NOT NULL DEFAULT '';

CREATE TABLE gateway_budget_spent (
    budget   TEXT    NOT NULL PRIMARY KEY,
    spent    INTEGER NOT NULL,
    unpriced INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Held: taken by a process and not yet spent by an attempt that is posted. Below 0 where an attempt cost more than was held for it.
CREATE TABLE gateway_budget_slices (
    budget  TEXT    NOT NULL,
    process TEXT    NOT NULL,
    held    INTEGER NOT NULL,
    PRIMARY KEY (budget, process)
) STRICT, WITHOUT ROWID;
