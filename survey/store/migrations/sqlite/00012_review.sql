-- +goose Up

-- The acts of the quality review: proposed by one person, decided by another,
-- never deleted. The document has the reason, who and when.
CREATE TABLE review_act (
	survey TEXT    NOT NULL REFERENCES survey (id),
	number INTEGER NOT NULL,
	state  TEXT    NOT NULL,
	doc    TEXT    NOT NULL,
	PRIMARY KEY (survey, number)
) STRICT, WITHOUT ROWID;

-- The answers that an act is about.
CREATE TABLE review_member (
	survey   TEXT    NOT NULL,
	act      INTEGER NOT NULL,
	response INTEGER NOT NULL,
	PRIMARY KEY (survey, act, response)
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER review_member_frozen BEFORE UPDATE ON review_member BEGIN
	SELECT raise(ABORT, 'what an act is about stands');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER review_member_kept BEFORE DELETE ON review_member BEGIN
	SELECT raise(ABORT, 'what an act is about is kept');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER review_act_kept BEFORE DELETE ON review_act BEGIN
	SELECT raise(ABORT, 'an act is kept');
END;
-- +goose StatementEnd

-- The answers that do not count at present.
CREATE TABLE review_excluded (
	survey   TEXT    NOT NULL,
	response INTEGER NOT NULL,
	act      INTEGER NOT NULL,
	PRIMARY KEY (survey, response)
) STRICT, WITHOUT ROWID;

-- What the detector said, sealed under the wave key where there is one.
CREATE TABLE review_run (
	survey TEXT NOT NULL PRIMARY KEY,
	data   TEXT NOT NULL,
	report BLOB NOT NULL
) STRICT;

-- Surveys whose fieldwork was closed before there was a review of this kind.
UPDATE survey SET doc = json_set(doc, '$.review', json('{"phase":"closed","acts":0,"waiting":0,"excluded":0,"digest":"","earlier":true}'))
	WHERE state IN ('closed', 'released');
