-- The price store in two times: when a price holds (valid_from, valid_to) and since when the ledger knows it (price_recordings.at).
-- Of two recordings that speak of one instant, the later one holds. Nothing is ever changed.

CREATE TABLE price_recordings (
    seq    bigint NOT NULL PRIMARY KEY,
    at     bigint NOT NULL CHECK (at >= 0),
    kind   text   NOT NULL CHECK (kind IN ('import', 'set')),
    source text   NOT NULL,
    link   bigint NOT NULL,
    chk    bigint NOT NULL
);

CREATE TABLE price_assertions (
    recording     bigint NOT NULL REFERENCES price_recordings (seq),
    price_version bigint NOT NULL REFERENCES price_versions (seq),
    valid_from    bigint NOT NULL,
    valid_to      bigint CHECK (valid_to > valid_from),
    link          bigint NOT NULL,
    chk           bigint NOT NULL,
    PRIMARY KEY (recording, price_version)
);

-- What a price has besides dollars per unit; prices without a row here have none of it.
CREATE TABLE price_terms (
    price_version bigint NOT NULL PRIMARY KEY REFERENCES price_versions (seq),
    currency      text   NOT NULL,
    price         text   NOT NULL,
    fx_rate       text   NOT NULL,
    increment_s   bigint NOT NULL CHECK (increment_s >= 0),
    minimum_s     bigint NOT NULL CHECK (minimum_s >= 0),
    link          bigint NOT NULL,
    chk           bigint NOT NULL
);

CREATE TABLE rate_recordings (
    rate      bigint NOT NULL PRIMARY KEY REFERENCES fx_rates (seq),
    recording bigint NOT NULL REFERENCES price_recordings (seq),
    link      bigint NOT NULL,
    chk       bigint NOT NULL
);

-- Re-rating: a charge is corrected by a reversal and a replacement, both of them charges, linked to the first one.
CREATE TABLE reratings (
    seq     bigint NOT NULL PRIMARY KEY,
    at      bigint NOT NULL CHECK (at >= 0),
    from_at bigint NOT NULL,
    to_at   bigint NOT NULL CHECK (to_at > from_at),
    undoes  bigint UNIQUE REFERENCES reratings (seq),
    reason  text   NOT NULL,
    link    bigint NOT NULL,
    chk     bigint NOT NULL
);

-- No foreign keys on charges: their key holds the month too. A charge that is missing is found by `farthing ledger verify`.
CREATE TABLE corrections (
    charge_seq bigint NOT NULL PRIMARY KEY,
    original   bigint NOT NULL,
    kind       text   NOT NULL CHECK (kind IN ('reversal', 'replacement', 'priced')),
    rerating   bigint NOT NULL REFERENCES reratings (seq),
    link       bigint NOT NULL,
    chk        bigint NOT NULL
);

CREATE INDEX corrections_by_original ON corrections (original);
CREATE INDEX corrections_by_rerating ON corrections (rerating);

-- Nothing is posted at an instant before the latest of these.
CREATE TABLE period_closings (
    seq     bigint NOT NULL PRIMARY KEY,
    through bigint NOT NULL,
    at      bigint NOT NULL CHECK (at >= 0),
    reason  text   NOT NULL,
    link    bigint NOT NULL,
    chk     bigint NOT NULL
);

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON price_recordings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON price_recordings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON price_assertions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON price_assertions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON price_terms FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON price_terms FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON rate_recordings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON rate_recordings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON reratings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON reratings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON corrections FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON corrections FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON period_closings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON period_closings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON price_recordings, price_assertions, price_terms, rate_recordings, reratings, corrections, period_closings TO farthing_writer, farthing_reader;
GRANT INSERT ON price_recordings, price_assertions, price_terms, rate_recordings, reratings, corrections, period_closings TO farthing_writer;
