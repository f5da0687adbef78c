-- +goose Up

-- The batches of paper forms of a survey and how well they were keyed, in numbers.
-- Names no link.
CREATE TABLE paper_plan (
	survey  TEXT    NOT NULL PRIMARY KEY REFERENCES survey (id),
	version INTEGER NOT NULL,
	doc     TEXT    NOT NULL
) STRICT;

-- One form on its way from the pile to the intake: what one or two people typed,
-- sealed under a key that is not in this file. It is deleted when the answer is in
-- the intake, so that nothing joins the link to the answer.
CREATE TABLE paper_sheet (
	survey  INTEGER NOT NULL,
	serial  INTEGER NOT NULL,
	version INTEGER NOT NULL,
	sealed  BLOB    NOT NULL,
	PRIMARY KEY (survey, serial)
) STRICT, WITHOUT ROWID;
