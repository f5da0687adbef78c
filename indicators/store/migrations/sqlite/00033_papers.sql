-- +goose Up
-- The papers of a naming as they were issued: decision documents and certificates.
-- None is changed, replaced or deleted.

CREATE TABLE papers (
    kind     TEXT    NOT NULL,
    round    INTEGER NOT NULL,
    naming   TEXT    NOT NULL,
    document TEXT    NOT NULL,
    bytes    BLOB    NOT NULL,
    PRIMARY KEY (kind, round, naming)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER papers_never_change BEFORE UPDATE ON papers
BEGIN
    SELECT RAISE(ABORT, 'a paper that was issued never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER papers_never_go BEFORE DELETE ON papers
BEGIN
    SELECT RAISE(ABORT, 'a paper that was issued is never deleted');
END;
-- +goose StatementEnd
