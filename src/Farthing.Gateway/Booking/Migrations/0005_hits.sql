-- Every hit of a cache, and the first of the memos that say what it avoided. Hits that avoided the same share their memos, whose times are how
-- many they are. Hits from before have memos of their own and no row here.
CREATE TABLE gateway_hits (
    request_id TEXT    NOT NULL PRIMARY KEY,
    memo       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER gateway_hits_refuse_update BEFORE UPDATE ON gateway_hits
BEGIN SELECT RAISE(ABORT, 'gateway_hits is append-only: a hit is what was served'); END;
CREATE TRIGGER gateway_hits_refuse_delete BEFORE DELETE ON gateway_hits
BEGIN SELECT RAISE(ABORT, 'gateway_hits is append-only: a hit is what was served'); END;
