-- +goose Up
-- A declaration of interests is still never changed, but it may be sealed, and sealed
-- under another key: what is put in its place must be sealed, and everything else of
-- the row must stay. Who has no key of the service cannot make a document that opens.

DROP TRIGGER interests_never_change;

-- +goose StatementBegin
CREATE TRIGGER interests_never_change BEFORE UPDATE ON interests WHEN
    NEW.round IS NOT OLD.round OR NEW.unit IS NOT OLD.unit OR NEW.account IS NOT OLD.account OR NEW.n IS NOT OLD.n
    OR NEW.conflict IS NOT OLD.conflict OR NEW.document NOT LIKE 'mys1.%'
BEGIN
    SELECT RAISE(ABORT, 'a declaration of interests is never changed');
END;
-- +goose StatementEnd
