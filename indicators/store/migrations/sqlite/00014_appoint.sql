-- +goose Up
-- Who evaluates: the members of institutions, declared interests and reminders,
-- and the plan of assignments that nobody has confirmed yet.

CREATE TABLE members (
    round    INTEGER NOT NULL REFERENCES rounds (year),
    account  TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, account)
) STRICT;

CREATE TABLE interests (
    round    INTEGER NOT NULL REFERENCES rounds (year),
    unit     TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    n        INTEGER NOT NULL,
    conflict INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, account, unit, n)
) STRICT;

CREATE TABLE interest_reminders (
    round    INTEGER NOT NULL REFERENCES rounds (year),
    account  TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    document TEXT    NOT NULL
) STRICT;

CREATE INDEX interest_reminders_round ON interest_reminders (round, account, at);

CREATE TABLE proposals (
    round    INTEGER PRIMARY KEY REFERENCES rounds (year),
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER interests_never_change BEFORE UPDATE ON interests
BEGIN
    SELECT RAISE(ABORT, 'a declaration of interests is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER interests_never_go BEFORE DELETE ON interests
BEGIN
    SELECT RAISE(ABORT, 'a declaration of interests is never deleted');
END;
-- +goose StatementEnd
