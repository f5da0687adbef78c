-- +goose Up

-- What an answer's commitment is opened with: the salt, and behind it the digest of
-- the comment where there is one. Who erases a comment erases its blind as well: the
-- digest then tells nothing, and the answer still opens. Answers from before have
-- none of it.
ALTER TABLE intake ADD COLUMN proof BLOB;
ALTER TABLE intake ADD COLUMN blind BLOB;
ALTER TABLE response ADD COLUMN proof BLOB;
ALTER TABLE response ADD COLUMN blind BLOB;

-- The commitment itself, until it is handed to ledger_pending: with its group when
-- the answers are re-filed, or before.
ALTER TABLE intake ADD COLUMN commitment BLOB;

-- Commitments that their residents have had opened as a check. The order of the rows
-- is that of the commitments, which is none.
CREATE TABLE spoiled (
	commitment BLOB    NOT NULL PRIMARY KEY,
	survey     INTEGER NOT NULL,
	salt       BLOB    NOT NULL,
	content    BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
