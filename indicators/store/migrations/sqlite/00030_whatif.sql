-- +goose Up
-- What the office tried beside the official ranking: each what-if with what was asked
-- and what it gave. None is ever changed or taken away.
CREATE TABLE what_ifs (
    id       TEXT    NOT NULL PRIMARY KEY,
    round    INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    made_at  INTEGER NOT NULL,
    document TEXT    NOT NULL,
    UNIQUE (round, seq)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER what_ifs_stay BEFORE UPDATE ON what_ifs
BEGIN SELECT RAISE(ABORT, 'what-ifs are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER what_ifs_last BEFORE DELETE ON what_ifs
BEGIN SELECT RAISE(ABORT, 'what-ifs are never deleted'); END;
-- +goose StatementEnd
