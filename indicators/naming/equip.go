package naming

import (
	"context"
	"io"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/inbox"
	"minyi/indicators/keyring"
)

// Files keeps the files that come with objections and the proofs of media, apart
// from those of dossiers, so that they can be deleted when their term ends.
type Files interface {
	Put(ctx context.Context, name string, r io.Reader) (evidence.File, error)
	Read(ctx context.Context, d evidence.Digest) (io.ReadSeekCloser, error)
	Remove(ctx context.Context, d evidence.Digest) error
}

// Days knows the working days; without a table of a year the second result is false.
type Days interface {
	Working(day time.Time) (working, known bool)
}

// Accounts gives the accounts, among which case officers are chosen.
type Accounts interface {
	Accounts(ctx context.Context) ([]access.Account, error)
}

// Poster posts messages to the inboxes.
type Poster interface {
	Post(ctx context.Context, m inbox.Message) error
	Settle(ctx context.Context, topic string) error
}

// Equipment is what a service needs beside its store for the notice and the
// objections. Without Files no file is taken, without Seals or Key nothing personal; what is
// nil of the others is left out.
type Equipment struct {
	Seals    *keyring.Box // seals what people write in objections; nil: Key alone
	Key      []byte       // 32 bytes, under which that was sealed before values named their keys
	Files    Files
	Days     Days
	Accounts Accounts
	Inbox    Poster
	Visits   Visits // nil: the records in the proceeding
}

// Equip gives the service its equipment, before it is used.
func (s *Service) Equip(e Equipment) error {
	box, err := newBox(e.Key, e.Seals)
	if err != nil {
		return err
	}
	s.equipment, s.box = e, box
	return nil
}

// visits are the on-site verifications of the round.
func (s *Service) visits(ctx context.Context, round int) ([]Visited, error) {
	return s.inspections().Visited(ctx, round)
}

func (s *Service) inspections() Visits {
	if s.equipment.Visits != nil {
		return s.equipment.Visits
	}
	return ownVisits{s}
}

// post puts a message into the inboxes; one that was posted before changes nothing.
func (s *Service) post(ctx context.Context, m inbox.Message) error {
	if s.equipment.Inbox == nil {
		return nil
	}
	return s.equipment.Inbox.Post(ctx, m)
}

// settled ends the tasks on a topic: nobody waits for them any more.
func (s *Service) settled(ctx context.Context, topic string) error {
	if s.equipment.Inbox == nil {
		return nil
	}
	return s.equipment.Inbox.Settle(ctx, topic)
}
