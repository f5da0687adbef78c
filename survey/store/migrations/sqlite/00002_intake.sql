-- +goose Up

-- The cell of the quota, from 1; 0 where there is none.
ALTER TABLE intake ADD COLUMN cell INTEGER NOT NULL DEFAULT 0;
ALTER TABLE response ADD COLUMN cell INTEGER NOT NULL DEFAULT 0;

-- The trace of an answer, sealed under a wave key that is not in this file. It
-- waits beside its answer until both are re-filed under one random number.
ALTER TABLE intake ADD COLUMN trace BLOB;

CREATE TABLE paradata (
	survey INTEGER NOT NULL,
	id     INTEGER NOT NULL,
	trace  BLOB    NOT NULL,
	PRIMARY KEY (survey, id)
) STRICT, WITHOUT ROWID;

-- Whether the answer found its cell full, so that a resend is told the same.
ALTER TABLE resend ADD COLUMN quota INTEGER NOT NULL DEFAULT 0;

-- Drafts of residents who have not sent yet: an HMAC for a name, a day, and what
-- only the link and its code together can open.
CREATE TABLE draft (
	id     BLOB    NOT NULL PRIMARY KEY,
	survey INTEGER NOT NULL,
	day    INTEGER NOT NULL,
	sealed BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
