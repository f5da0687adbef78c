-- +goose Up
-- What overviews know of a sheet without reading it, what a problem is about, the
-- opinions that institutions sign, and corrections of what was closed. Nothing that
-- is registered or signed changes or goes, whoever asks: SQLite replaces a row
-- without firing a trigger of deletion, so inserting over one is refused too.

CREATE TABLE sheet_states (
    round        INTEGER NOT NULL,
    unit         TEXT    NOT NULL,
    track        TEXT    NOT NULL,
    assessor     TEXT    NOT NULL,
    institution  TEXT    NOT NULL,
    arbiter      INTEGER NOT NULL,
    ended        INTEGER NOT NULL,
    given        INTEGER NOT NULL,
    submitted_at INTEGER NOT NULL,
    scheme       INTEGER NOT NULL,
    total        INTEGER NOT NULL,
    digest       TEXT    NOT NULL,
    marks        TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track, assessor),
    FOREIGN KEY (round, unit, track, assessor) REFERENCES assignments (round, unit, track, assessor) ON DELETE CASCADE
) STRICT;

-- The states follow the assignments, whoever writes them; first those of before.
INSERT INTO sheet_states (round, unit, track, assessor, institution, arbiter, ended, given, submitted_at, scheme, total, digest, marks)
SELECT a.round, a.unit, a.track, a.assessor,
    coalesce(json_extract(a.document, '$.institution'), ''),
    coalesce(json_extract(a.document, '$.arbiter'), 0),
    json_extract(a.document, '$.ended') IS NOT NULL,
    (SELECT count(*) * (coalesce(json_extract(a.document, '$.sheet.submitted_at'), '0001') NOT LIKE '0001%') FROM json_each(a.document, '$.sheet.verdicts') v
        WHERE json_extract(v.value, '$.given') OR json_extract(v.value, '$.excused')),
    CASE WHEN coalesce(json_extract(a.document, '$.sheet.submitted_at'), '0001') LIKE '0001%' THEN 0
        ELSE CAST(round(1000 * unixepoch(json_extract(a.document, '$.sheet.submitted_at'), 'subsec')) AS INTEGER) END,
    coalesce(json_extract(a.document, '$.sheet.scheme'), 0),
    coalesce(json_extract(a.document, '$.sheet.total'), 0),
    coalesce(json_extract(a.document, '$.sheet.digest'), ''),
    CASE WHEN coalesce(json_extract(a.document, '$.sheet.submitted_at'), '0001') LIKE '0001%' THEN '{}'
        ELSE (SELECT json_group_object(v.key, CASE WHEN json_extract(v.value, '$.excused') THEN -1 ELSE json_extract(v.value, '$.mark') END)
            FROM json_each(a.document, '$.sheet.verdicts') v
            WHERE json_extract(v.value, '$.given') OR json_extract(v.value, '$.excused')) END
FROM assignments a;

-- +goose StatementBegin
CREATE TRIGGER assignments_state_added AFTER INSERT ON assignments
BEGIN
    DELETE FROM sheet_states WHERE round = NEW.round AND unit = NEW.unit AND track = NEW.track AND assessor = NEW.assessor;
    INSERT INTO sheet_states (round, unit, track, assessor, institution, arbiter, ended, given, submitted_at, scheme, total, digest, marks)
    SELECT NEW.round, NEW.unit, NEW.track, NEW.assessor,
        coalesce(json_extract(NEW.document, '$.institution'), ''),
        coalesce(json_extract(NEW.document, '$.arbiter'), 0),
        json_extract(NEW.document, '$.ended') IS NOT NULL,
        (SELECT count(*) * (coalesce(json_extract(NEW.document, '$.sheet.submitted_at'), '0001') NOT LIKE '0001%') FROM json_each(NEW.document, '$.sheet.verdicts') v
            WHERE json_extract(v.value, '$.given') OR json_extract(v.value, '$.excused')),
        CASE WHEN coalesce(json_extract(NEW.document, '$.sheet.submitted_at'), '0001') LIKE '0001%' THEN 0
            ELSE CAST(round(1000 * unixepoch(json_extract(NEW.document, '$.sheet.submitted_at'), 'subsec')) AS INTEGER) END,
        coalesce(json_extract(NEW.document, '$.sheet.scheme'), 0),
        coalesce(json_extract(NEW.document, '$.sheet.total'), 0),
        coalesce(json_extract(NEW.document, '$.sheet.digest'), ''),
        CASE WHEN coalesce(json_extract(NEW.document, '$.sheet.submitted_at'), '0001') LIKE '0001%' THEN '{}'
            ELSE (SELECT json_group_object(v.key, CASE WHEN json_extract(v.value, '$.excused') THEN -1 ELSE json_extract(v.value, '$.mark') END)
                FROM json_each(NEW.document, '$.sheet.verdicts') v
                WHERE json_extract(v.value, '$.given') OR json_extract(v.value, '$.excused')) END;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER assignments_state_changed AFTER UPDATE ON assignments
BEGIN
    DELETE FROM sheet_states WHERE round = NEW.round AND unit = NEW.unit AND track = NEW.track AND assessor = NEW.assessor;
    INSERT INTO sheet_states (round, unit, track, assessor, institution, arbiter, ended, given, submitted_at, scheme, total, digest, marks)
    SELECT NEW.round, NEW.unit, NEW.track, NEW.assessor,
        coalesce(json_extract(NEW.document, '$.institution'), ''),
        coalesce(json_extract(NEW.document, '$.arbiter'), 0),
        json_extract(NEW.document, '$.ended') IS NOT NULL,
        (SELECT count(*) * (coalesce(json_extract(NEW.document, '$.sheet.submitted_at'), '0001') NOT LIKE '0001%') FROM json_each(NEW.document, '$.sheet.verdicts') v
            WHERE json_extract(v.value, '$.given') OR json_extract(v.value, '$.excused')),
        CASE WHEN coalesce(json_extract(NEW.document, '$.sheet.submitted_at'), '0001') LIKE '0001%' THEN 0
            ELSE CAST(round(1000 * unixepoch(json_extract(NEW.document, '$.sheet.submitted_at'), 'subsec')) AS INTEGER) END,
        coalesce(json_extract(NEW.document, '$.sheet.scheme'), 0),
        coalesce(json_extract(NEW.document, '$.sheet.total'), 0),
        coalesce(json_extract(NEW.document, '$.sheet.digest'), ''),
        CASE WHEN coalesce(json_extract(NEW.document, '$.sheet.submitted_at'), '0001') LIKE '0001%' THEN '{}'
            ELSE (SELECT json_group_object(v.key, CASE WHEN json_extract(v.value, '$.excused') THEN -1 ELSE json_extract(v.value, '$.mark') END)
                FROM json_each(NEW.document, '$.sheet.verdicts') v
                WHERE json_extract(v.value, '$.given') OR json_extract(v.value, '$.excused')) END;
END;
-- +goose StatementEnd

ALTER TABLE problems ADD COLUMN item TEXT NOT NULL DEFAULT '';
ALTER TABLE problems ADD COLUMN exhibit TEXT NOT NULL DEFAULT '';
ALTER TABLE problems ADD COLUMN severity TEXT NOT NULL DEFAULT 'minor';
ALTER TABLE problems ADD COLUMN kind TEXT NOT NULL DEFAULT 'other';
ALTER TABLE outcomes ADD COLUMN result TEXT NOT NULL DEFAULT 'settled';

CREATE TABLE opinions (
    round       INTEGER NOT NULL,
    unit        TEXT    NOT NULL,
    track       TEXT    NOT NULL,
    institution TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    signed      INTEGER NOT NULL,
    digest      TEXT    NOT NULL,
    document    TEXT    NOT NULL,
    PRIMARY KEY (round, unit, track, institution),
    FOREIGN KEY (round, unit, track) REFERENCES dossiers (round, unit, track)
) STRICT;

CREATE INDEX opinions_digest ON opinions (digest);

CREATE TABLE corrections (
    id       TEXT    PRIMARY KEY,
    round    INTEGER NOT NULL,
    unit     TEXT    NOT NULL,
    track    TEXT    NOT NULL,
    document TEXT    NOT NULL,
    FOREIGN KEY (round, unit, track) REFERENCES results (round, unit, track)
) STRICT;

CREATE INDEX corrections_round ON corrections (round);

CREATE TABLE correction_answers (
    correction TEXT PRIMARY KEY REFERENCES corrections (id),
    document   TEXT NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER problems_never_replaced BEFORE INSERT ON problems WHEN EXISTS (SELECT 1 FROM problems WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a problem is never replaced');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER outcomes_never_replaced BEFORE INSERT ON outcomes WHEN EXISTS (SELECT 1 FROM outcomes WHERE problem = NEW.problem AND n = NEW.n)
BEGIN
    SELECT RAISE(ABORT, 'an outcome is never replaced');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER results_never_replaced BEFORE INSERT ON results WHEN EXISTS (SELECT 1 FROM results WHERE round = NEW.round AND unit = NEW.unit AND track = NEW.track)
BEGIN
    SELECT RAISE(ABORT, 'a result is never replaced');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER submissions_never_replaced BEFORE INSERT ON submissions WHEN EXISTS (SELECT 1 FROM submissions WHERE round = NEW.round AND unit = NEW.unit AND track = NEW.track AND assessor = NEW.assessor AND n = NEW.n)
BEGIN
    SELECT RAISE(ABORT, 'a submitted sheet is never replaced');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER corrections_never_replaced BEFORE INSERT ON corrections WHEN EXISTS (SELECT 1 FROM corrections WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a correction is never replaced');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER corrections_never_change BEFORE UPDATE ON corrections
BEGIN
    SELECT RAISE(ABORT, 'a correction never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER corrections_never_go BEFORE DELETE ON corrections
BEGIN
    SELECT RAISE(ABORT, 'a correction is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER correction_answers_never_replaced BEFORE INSERT ON correction_answers WHEN EXISTS (SELECT 1 FROM correction_answers WHERE correction = NEW.correction)
BEGIN
    SELECT RAISE(ABORT, 'an answer is never replaced');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER correction_answers_never_change BEFORE UPDATE ON correction_answers
BEGIN
    SELECT RAISE(ABORT, 'an answer never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER correction_answers_never_go BEFORE DELETE ON correction_answers
BEGIN
    SELECT RAISE(ABORT, 'an answer is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER opinions_signed_never_change BEFORE UPDATE ON opinions WHEN OLD.signed = 1
BEGIN
    SELECT RAISE(ABORT, 'a signed opinion never changes');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER opinions_never_go BEFORE DELETE ON opinions
BEGIN
    SELECT RAISE(ABORT, 'an opinion is never deleted');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER opinions_never_replaced BEFORE INSERT ON opinions WHEN EXISTS (SELECT 1 FROM opinions WHERE round = NEW.round AND unit = NEW.unit AND track = NEW.track AND institution = NEW.institution)
BEGIN
    SELECT RAISE(ABORT, 'an opinion is never replaced');
END;
-- +goose StatementEnd
