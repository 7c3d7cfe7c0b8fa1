-- Events that came in from outside, each once for ever: source and id are its key. What it says is kept, so that another event of the
-- same key can be shown beside it. The charges of event N have ids that begin with usage-event/N/.
CREATE TABLE usage_events (
    seq         INTEGER PRIMARY KEY,
    source      TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    type        TEXT    NOT NULL,
    at          INTEGER NOT NULL CHECK (at >= 0),
    content     TEXT    NOT NULL,
    client      TEXT    NOT NULL,
    received_at INTEGER NOT NULL CHECK (received_at >= 0),
    lease_id    TEXT,
    link        INTEGER NOT NULL,
    chk         INTEGER NOT NULL,
    UNIQUE (source, id)
) STRICT;

CREATE INDEX usage_events_by_lease ON usage_events (lease_id, received_at) WHERE lease_id IS NOT NULL;

-- What a meter of the user's own is counted in, fixed by its first event.
CREATE TABLE meter_units (
    meter TEXT    NOT NULL PRIMARY KEY,
    unit  TEXT    NOT NULL,
    link  INTEGER NOT NULL,
    chk   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_events_refuse_update BEFORE UPDATE ON usage_events
BEGIN SELECT RAISE(ABORT, 'usage_events is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER usage_events_refuse_delete BEFORE DELETE ON usage_events
BEGIN SELECT RAISE(ABORT, 'usage_events is append-only: post a correction instead of removing a row'); END;

CREATE TRIGGER meter_units_refuse_update BEFORE UPDATE ON meter_units
BEGIN SELECT RAISE(ABORT, 'meter_units is append-only: post a correction instead of changing a row'); END;
CREATE TRIGGER meter_units_refuse_delete BEFORE DELETE ON meter_units
BEGIN SELECT RAISE(ABORT, 'meter_units is append-only: post a correction instead of removing a row'); END;
