-- Every hit of a cache, and the first of the memos that say what it avoided. Hits that avoided the same share their memos, whose times are how
-- many they are. Hits from before have memos of their own and no row here.
CREATE TABLE gateway_hits (
    request_id text   NOT NULL PRIMARY KEY,
    memo       bigint NOT NULL
);

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON gateway_hits FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON gateway_hits FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON gateway_hits TO farthing_writer, farthing_reader;
GRANT INSERT ON gateway_hits TO farthing_writer;
