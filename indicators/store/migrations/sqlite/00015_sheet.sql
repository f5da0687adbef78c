-- +goose Up
-- The items of score sheets in draft, a row each, so that saving one costs the
-- same however long the sheet is; and every submitted sheet, as one that the
-- office gave back may be submitted again and both must stay.

CREATE TABLE verdicts (
    round      INTEGER NOT NULL,
    unit       TEXT    NOT NULL,
    track      TEXT    NOT NULL,
    assessor   TEXT    NOT NULL,
    item       TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    document   TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track, assessor, item),
    FOREIGN KEY (round, unit, track, assessor) REFERENCES assignments (round, unit, track, assessor)
) STRICT;

CREATE TABLE submissions (
    round    INTEGER NOT NULL,
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    assessor TEXT    NOT NULL,
    n        INTEGER NOT NULL,
    digest   TEXT    NOT NULL,
    document TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track, assessor, n),
    FOREIGN KEY (round, unit, track, assessor) REFERENCES assignments (round, unit, track, assessor)
) STRICT;

INSERT INTO submissions (round, unit, track, assessor, n, digest, document)
SELECT round, unit, track, assessor, 1, digest, document FROM sheets;

DROP TABLE sheets;

-- +goose StatementBegin
CREATE TRIGGER submissions_never_change BEFORE UPDATE ON submissions
BEGIN
    SELECT RAISE(ABORT, 'a submitted sheet never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER submissions_never_go BEFORE DELETE ON submissions
BEGIN
    SELECT RAISE(ABORT, 'a submitted sheet is never deleted');
END;
-- +goose StatementEnd
