-- +goose Up
-- Dossiers, and the manifest of every filing: the very bytes that a seal covers.

CREATE TABLE dossiers (
    round    INTEGER NOT NULL REFERENCES rounds (year),
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track)
) STRICT;

CREATE INDEX dossiers_unit ON dossiers (unit, round);

CREATE TABLE manifests (
    round    INTEGER NOT NULL,
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    digest   TEXT    NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track, digest),
    FOREIGN KEY (round, unit, track) REFERENCES dossiers (round, unit, track)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER manifests_never_change BEFORE UPDATE ON manifests
BEGIN
    SELECT RAISE(ABORT, 'a manifest never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER manifests_never_go BEFORE DELETE ON manifests
BEGIN
    SELECT RAISE(ABORT, 'a manifest is never deleted');
END;
-- +goose StatementEnd
