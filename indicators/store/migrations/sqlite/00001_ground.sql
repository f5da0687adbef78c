-- +goose Up
-- Rounds, their schemes of weights, and the findings of the instruments.
-- Times are UTC milliseconds, marks hundredths, documents JSON.

CREATE TABLE rounds (
    year     INTEGER PRIMARY KEY,
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL
) STRICT;

CREATE TABLE schemes (
    round    INTEGER NOT NULL REFERENCES rounds (year),
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL,
    made_at  INTEGER NOT NULL,
    made_by  TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    PRIMARY KEY (round, version)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER schemes_never_change BEFORE UPDATE ON schemes
BEGIN
    SELECT RAISE(ABORT, 'a scheme version never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER schemes_never_go BEFORE DELETE ON schemes
BEGIN
    SELECT RAISE(ABORT, 'a scheme version is never deleted');
END;
-- +goose StatementEnd

CREATE TABLE findings (
    round      INTEGER NOT NULL REFERENCES rounds (year),
    unit       TEXT    NOT NULL,
    instrument TEXT    NOT NULL,
    track      TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    field      TEXT    NOT NULL,
    topic      TEXT    NOT NULL,
    mark       INTEGER NOT NULL,
    se         INTEGER NOT NULL,
    low        INTEGER NOT NULL,
    high       INTEGER NOT NULL,
    digest     TEXT    NOT NULL,
    filed_at   INTEGER NOT NULL,
    filed_by   TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    PRIMARY KEY (round, unit, instrument, track, version)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER findings_never_change BEFORE UPDATE ON findings
BEGIN
    SELECT RAISE(ABORT, 'a finding never changes, it is corrected by a new version');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER findings_never_go BEFORE DELETE ON findings
BEGIN
    SELECT RAISE(ABORT, 'a finding is never deleted');
END;
-- +goose StatementEnd

CREATE TABLE closings (
    round      INTEGER NOT NULL REFERENCES rounds (year),
    instrument TEXT    NOT NULL,
    closed_at  INTEGER NOT NULL,
    closed_by  TEXT    NOT NULL,
    PRIMARY KEY (round, instrument)
) STRICT;

CREATE TABLE publications (
    round    INTEGER PRIMARY KEY REFERENCES rounds (year),
    document TEXT    NOT NULL
) STRICT;
