-- +goose Up
-- Rankings, what leads from them to names, objections and names.

CREATE TABLE rankings (
    id       TEXT    PRIMARY KEY,
    round    INTEGER NOT NULL REFERENCES rounds (year),
    seq      INTEGER NOT NULL,
    made_at  INTEGER NOT NULL,
    document TEXT    NOT NULL,
    UNIQUE (round, seq)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER rankings_never_change BEFORE UPDATE ON rankings
BEGIN
    SELECT RAISE(ABORT, 'a ranking never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rankings_never_go BEFORE DELETE ON rankings
BEGIN
    SELECT RAISE(ABORT, 'a ranking is never deleted');
END;
-- +goose StatementEnd

CREATE TABLE proceedings (
    round    INTEGER PRIMARY KEY REFERENCES rounds (year),
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL
) STRICT;

CREATE TABLE objections (
    id       TEXT    PRIMARY KEY,
    round    INTEGER NOT NULL REFERENCES rounds (year),
    receipt  TEXT    NOT NULL UNIQUE,
    filed_at INTEGER NOT NULL,
    document TEXT    NOT NULL
) STRICT;

CREATE INDEX objections_by_round ON objections (round, filed_at);

CREATE TABLE named (
    id       TEXT    PRIMARY KEY,
    round    INTEGER NOT NULL REFERENCES rounds (year),
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    field    TEXT    NOT NULL,
    decided  TEXT    NOT NULL,
    document TEXT    NOT NULL,
    UNIQUE (round, unit, track, field)
) STRICT;
