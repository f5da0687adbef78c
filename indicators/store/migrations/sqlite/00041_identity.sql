-- +goose Up
ALTER TABLE account ADD COLUMN changed INTEGER NOT NULL DEFAULT 0; -- when the password was set; 0: when the account was made
ALTER TABLE account ADD COLUMN past TEXT NOT NULL DEFAULT '';      -- hashes of former passwords, one a line

ALTER TABLE session ADD COLUMN stage INTEGER NOT NULL DEFAULT 0;   -- 0: in, 1: the second factor is asked for, 2: it is to be set up
ALTER TABLE session ADD COLUMN proved INTEGER NOT NULL DEFAULT 0;  -- when whoever is there last showed who it is
ALTER TABLE session ADD COLUMN place TEXT NOT NULL DEFAULT '';     -- network address, for the owner's list
ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';     -- browser and system, for the owner's list
ALTER TABLE session ADD COLUMN ceremony TEXT NOT NULL DEFAULT '';  -- challenge of a passkey that waits for its answer

ALTER TABLE api_key ADD COLUMN until INTEGER NOT NULL DEFAULT 0;   -- when it stops to open; 0: never

CREATE TABLE factor (
	account TEXT PRIMARY KEY REFERENCES account (key),
	seed    TEXT NOT NULL, -- of the authenticator app's codes, sealed
	pending TEXT NOT NULL, -- sealed seed whose first code is still to come
	doc     TEXT NOT NULL  -- last code's step, passkeys, hashes of recovery codes
) STRICT;
