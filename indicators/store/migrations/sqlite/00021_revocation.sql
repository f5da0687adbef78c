-- +goose Up
-- Proposals to revoke a name; one at a time is open, and one that has ended neither
-- changes nor goes.

CREATE TABLE revocations (
    id       TEXT    PRIMARY KEY,
    naming   TEXT    NOT NULL REFERENCES named (id),
    at       INTEGER NOT NULL,
    open     INTEGER NOT NULL,
    document TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX revocations_open ON revocations (naming) WHERE open = 1;
CREATE INDEX revocations_naming ON revocations (naming);

-- +goose StatementBegin
CREATE TRIGGER revocations_ended_never_change BEFORE UPDATE ON revocations WHEN OLD.open = 0
BEGIN
    SELECT RAISE(ABORT, 'a revocation that has ended never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER revocations_never_go BEFORE DELETE ON revocations
BEGIN
    SELECT RAISE(ABORT, 'a revocation is never deleted');
END;
-- +goose StatementEnd
