-- +goose Up

-- Where a round lets residents answer again, an answer has a mark that follows from
-- its link and a key that is not stored here: by it a later answer finds the earlier
-- one. It is deleted at closing. Where a round does not, and of answers on paper,
-- there is none.
ALTER TABLE intake ADD COLUMN revise BLOB;
ALTER TABLE response ADD COLUMN revise BLOB;
CREATE INDEX intake_revise ON intake (revise) WHERE revise IS NOT NULL;
CREATE INDEX response_revise ON response (revise) WHERE revise IS NOT NULL;

-- Answers that were answered again: no estimate reads them, and they open their leaves.
-- Their texts are gone (the digest of these is in the proof). The order of the rows is
-- that of the salts, which is none; which answer came in whose place no row says.
CREATE TABLE superseded (
	survey  INTEGER NOT NULL,
	proof   BLOB    NOT NULL,
	batch   INTEGER NOT NULL,
	outcome INTEGER NOT NULL,
	answers BLOB    NOT NULL,
	PRIMARY KEY (survey, proof)
) STRICT, WITHOUT ROWID;
