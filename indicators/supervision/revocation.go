package supervision

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// Ground is one of the four grounds on which a name is revoked (C44).
type Ground string

// The grounds, in the order of the notice.
const (
	Grave Ground = "grave" // a gravely unlawful act, or great harm by doing nothing or doing wrong (C45)
	Fraud Ground = "fraud" // the name was got by untrue material, hidden facts or other improper means (C46)
	Below Ground = "below" // a spot check has shown that the conditions are not met any more (C47)
	Other Ground = "other" // other circumstances, which must be written out (C48)
)

// Grounds returns the four grounds in the order of the notice.
func Grounds() []Ground { return []Ground{Grave, Fraud, Below, Other} }

// Draft is what the office writes when it proposes to revoke a name.
type Draft struct {
	Grounds  []Ground
	Text     string // the facts; with the ground Other, what the circumstances are
	Document string // number of the decision document
	Date     roster.Date
	Words    string // the notice to everybody
}

// Revocation is a proposal to revoke a name, and the decision once a second person
// has confirmed it.
type Revocation struct {
	ID        string          `json:"id"`
	Naming    string          `json:"naming"`
	Grounds   []Ground        `json:"grounds"`
	Text      string          `json:"text"`
	Document  string          `json:"document"`
	Date      roster.Date     `json:"date"` // of the decision; the name is invalid from it
	Words     string          `json:"words"`
	Evidence  []evidence.File `json:"evidence"`
	By        string          `json:"by"`
	At        time.Time       `json:"at"`
	Confirmed string          `json:"confirmed,omitempty"`
	Dropped   string          `json:"dropped,omitempty"`
	Why       string          `json:"why,omitempty"` // it was dropped
	EndedAt   time.Time       `json:"ended_at,omitzero"`
}

// Open reports whether the proposal waits for a second person.
func (r Revocation) Open() bool { return r.Confirmed == "" && r.Dropped == "" }

// check refuses a draft without grounds of the four, facts, document, words or a
// day on which a decision can have been taken.
func (x *Draft) check(r Record, now time.Time) error {
	var list fault.List
	if len(x.Grounds) == 0 || slices.ContainsFunc(x.Grounds, func(g Ground) bool { return !slices.Contains(Grounds(), g) }) {
		list.Add(fault.New(fault.Invalid, "revocation.grounds").At("grounds"))
	}
	if slices.Contains(x.Grounds, Below) {
		// No spot check can be on record that has failed.
		list.Add(fault.New(fault.Conflict, "revocation.below").At("grounds"))
	}
	if slices.Contains(x.Grounds, Other) && strings.TrimSpace(x.Text) == "" {
		list.Add(fault.New(fault.Invalid, "revocation.other").At("text"))
	} else {
		written(&list, "text", &x.Text, textMost, true)
	}
	written(&list, "document", &x.Document, nameMost, false)
	written(&list, "words", &x.Words, textMost, true)
	r.day(&list, x.Date, "date", now)
	return list.Err()
}

// ProposeRevocation proposes to revoke a name, with the first file of evidence.
func (s *Service) ProposeRevocation(ctx context.Context, by access.Actor, id string, x Draft, file string, bytes io.Reader) error {
	r, err := s.mine(ctx, by, id)
	if err != nil {
		return err
	}
	if err := x.check(r, s.Now()); err != nil {
		return err
	}
	put, err := s.Files.Put(ctx, file, bytes)
	if err != nil {
		return err
	}
	entry := s.entry(by, "revocation.propose", id, x.Text)
	return s.Store.Revise(ctx, id, entry, func(now Record, open *Revocation) (Revocation, *Step, error) {
		out := Revocation{
			ID: s.NewID(), Naming: id, Grounds: x.Grounds, Text: x.Text, Document: x.Document, Date: x.Date, Words: x.Words,
			Evidence: []evidence.File{put}, By: by.Name, At: s.Now().UTC().Truncate(time.Millisecond),
		}
		entry.After = fmt.Sprintf(`{"revocation":%q,"grounds":%q,"date":%q,"document":%q,"evidence":%q}`, out.ID, x.Grounds, x.Date, x.Document, put.Digest)
		switch {
		case now.Now() == naming.Revoked:
			return out, nil, fault.New(fault.Conflict, "standing.revoked")
		case open != nil:
			return out, nil, fault.New(fault.Conflict, "revocation.open")
		}
		return out, nil, x.check(now, s.Now())
	})
}

// AddEvidence joins another file to the open proposal.
func (s *Service) AddEvidence(ctx context.Context, by access.Actor, id, seen, file string, bytes io.Reader) error {
	if _, err := s.mine(ctx, by, id); err != nil {
		return err
	}
	put, err := s.Files.Put(ctx, file, bytes)
	if err != nil {
		return err
	}
	entry := s.entry(by, "revocation.evidence", id, "")
	entry.After = fmt.Sprintf(`{"revocation":%q,"evidence":%q}`, seen, put.Digest)
	return s.Store.Revise(ctx, id, entry, func(_ Record, open *Revocation) (Revocation, *Step, error) {
		if err := open.is(seen); err != nil {
			return Revocation{}, nil, err
		}
		if slices.ContainsFunc(open.Evidence, func(f evidence.File) bool { return f.Digest == put.Digest }) {
			return Revocation{}, nil, fault.New(fault.Conflict, "revocation.same_file").At("file")
		}
		open.Evidence = append(open.Evidence, put)
		return *open, nil, nil
	})
}

// is refuses where the proposal is not the one that somebody saw.
func (r *Revocation) is(seen string) error {
	if r == nil || r.ID != seen {
		return fault.New(fault.Conflict, "revocation.none")
	}
	return nil
}

// ConfirmRevocation confirms the proposal of another person of the office: the name
// is invalid from the date of the decision (C44), and after the ground Fraud the
// unit is barred from the next round (C99).
func (s *Service) ConfirmRevocation(ctx context.Context, by access.Actor, id, seen string, files int) error {
	if _, err := s.mine(ctx, by, id); err != nil {
		return err
	}
	entry := s.entry(by, "revocation.confirm", id, "")
	return s.Store.Revise(ctx, id, entry, func(now Record, open *Revocation) (Revocation, *Step, error) {
		if err := open.is(seen); err != nil {
			return Revocation{}, nil, err
		}
		x := Draft{Grounds: open.Grounds, Text: open.Text, Document: open.Document, Date: open.Date, Words: open.Words}
		switch {
		case open.By == by.Name:
			return Revocation{}, nil, fault.New(fault.Forbidden, "revocation.second_person")
		case len(open.Evidence) != files:
			return Revocation{}, nil, fault.New(fault.Conflict, "standing.changed")
		}
		if err := x.check(now, s.Now()); err != nil {
			return Revocation{}, nil, err
		}
		open.Confirmed, open.EndedAt = by.Name, s.Now().UTC().Truncate(time.Millisecond)
		step := Step{
			Naming: id, N: len(now.Steps) + 1, Standing: naming.Revoked, From: open.Date, Document: open.Document, Grounds: open.Grounds,
			Words: open.Words, Reason: open.Text, By: by.Name, At: open.EndedAt,
		}
		entry.Reason, entry.Before, entry.After = open.Text, string(now.Now()), step.text()
		return *open, &step, nil
	})
}

// DropRevocation takes the open proposal back, with a reason.
func (s *Service) DropRevocation(ctx context.Context, by access.Actor, id, seen, why string) error {
	if _, err := s.mine(ctx, by, id); err != nil {
		return err
	}
	var list fault.List
	written(&list, "why", &why, textMost, true)
	if err := list.Err(); err != nil {
		return err
	}
	entry := s.entry(by, "revocation.drop", id, why)
	return s.Store.Revise(ctx, id, entry, func(_ Record, open *Revocation) (Revocation, *Step, error) {
		if err := open.is(seen); err != nil {
			return Revocation{}, nil, err
		}
		open.Dropped, open.Why, open.EndedAt = by.Name, why, s.Now().UTC().Truncate(time.Millisecond)
		return *open, nil, nil
	})
}

// Revocations lists the proposals to revoke a name to the office, oldest first.
func (s *Service) Revocations(ctx context.Context, by access.Actor, id string) ([]Revocation, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.Revocations(ctx, id)
}

// Evidence gives the bytes of a file of evidence to the office.
func (s *Service) Evidence(ctx context.Context, by access.Actor, id, digest string) (evidence.File, io.ReadSeekCloser, error) {
	all, err := s.Revocations(ctx, by, id)
	if err != nil {
		return evidence.File{}, nil, err
	}
	for _, r := range all {
		for _, f := range r.Evidence {
			if string(f.Digest) == digest {
				bytes, err := s.Files.Read(ctx, f.Digest)
				return f, bytes, err
			}
		}
	}
	return evidence.File{}, nil, fault.New(fault.NotFound, "revocation.file")
}
