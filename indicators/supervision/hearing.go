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
	"minyi/indicators/roster"
)

// Hearing is a proposal to revoke a name as its unit sees it: the grounds and the
// facts, without the office's evidence, which may name those who spoke.
type Hearing struct {
	Record
	Proposal Revocation
}

// OwnHearings lists the proposals to revoke a name of the actor's own unit, newest
// first.
func (s *Service) OwnHearings(ctx context.Context, by access.Actor) ([]Hearing, error) {
	if err := by.Require(access.Applicant); err != nil {
		return nil, err
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return nil, err
	}
	var out []Hearing
	for _, n := range names {
		if string(n.Target.Unit) != by.Unit {
			continue
		}
		all, err := s.Store.Revocations(ctx, n.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range slices.Backward(all) {
			r.Evidence, r.By, r.Confirmed, r.Why = nil, "", mask(r.Confirmed), ""
			r.Dropped = mask(r.Dropped)
			out = append(out, Hearing{Record: n, Proposal: r})
		}
	}
	return out, nil
}

// mask says that somebody did it, and not who.
func mask(name string) string {
	if name == "" {
		return ""
	}
	return string(access.Office)
}

// OwnHearing gives the newest proposal about a name of the actor's own unit, or
// refuses with named.unknown.
func (s *Service) OwnHearing(ctx context.Context, by access.Actor, name string) (Hearing, error) {
	all, err := s.OwnHearings(ctx, by)
	if err != nil {
		return Hearing{}, err
	}
	for _, h := range all {
		if h.ID == name {
			return h, nil
		}
	}
	return Hearing{}, fault.New(fault.NotFound, "named.unknown")
}

// State keeps what the unit says of the proposal, once, within its days; with the
// mark nothing, that it has nothing to say. After it the office may decide.
func (s *Service) State(ctx context.Context, by access.Actor, name, seen, text string, nothing bool, file Upload) error {
	h, err := s.OwnHearing(ctx, by, name)
	if err != nil {
		return err
	}
	x := Statement{Text: text, By: by.Name, At: s.Now().UTC().Truncate(time.Millisecond)}
	if nothing && strings.TrimSpace(text) == "" {
		x.Text = ""
	} else {
		var list fault.List
		written(&list, "text", &x.Text, textMost, true)
		if err := list.Err(); err != nil {
			return err
		}
	}
	if file.Bytes != nil {
		put, err := s.Files.Put(ctx, file.Name, file.Bytes)
		if err != nil {
			return err
		}
		x.Files = []evidence.File{put}
	}
	entry := s.entry(by, "revocation.statement", name, "")
	entry.After = fmt.Sprintf(`{"revocation":%q,"said":%t,"files":%d}`, seen, x.Text != "", len(x.Files))
	err = s.Store.Revise(ctx, name, entry, func(_ Record, open *Revocation) (Revocation, *Step, error) {
		if err := open.is(seen); err != nil {
			return Revocation{}, nil, err
		}
		switch {
		case open.Statement != nil:
			return Revocation{}, nil, fault.New(fault.Conflict, "hearing.said")
		case open.Heard(s.Now()):
			return Revocation{}, nil, fault.New(fault.Closed, "hearing.over", "until", open.Until.String())
		}
		open.Statement = &x
		return *open, nil, nil
	})
	if err != nil {
		return err
	}
	return s.tellStated(ctx, h)
}

// StatementFile gives the unit a file of its own statement.
func (s *Service) StatementFile(ctx context.Context, by access.Actor, name, digest string) (evidence.File, io.ReadSeekCloser, error) {
	h, err := s.OwnHearing(ctx, by, name)
	if err != nil {
		return evidence.File{}, nil, err
	}
	var files []evidence.File
	if h.Proposal.Statement != nil {
		files = h.Proposal.Statement.Files
	}
	return s.among(ctx, files, digest, fault.New(fault.NotFound, "revocation.file"))
}

// Rules gives the office the settings of the round in which a name was given.
func (s *Service) Rules(ctx context.Context, by access.Actor, id string) (roster.Settings, error) {
	r, err := s.Record(ctx, by, id)
	if err != nil {
		return roster.Settings{}, err
	}
	return s.rules(ctx, r.Round, map[int]roster.Settings{})
}
