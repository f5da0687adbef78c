package library

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// Store keeps the library. Every change goes with its trail entry in one
// transaction; Before and After of the entry are the paper's Brief.
type Store interface {
	// AddPaper stores a new questionnaire.
	AddPaper(ctx context.Context, p *Paper, entry audit.Entry) error
	// UpdatePaper loads a questionnaire, applies the rule and saves what it left
	// with the version that it issued, or refuses with paper.unknown.
	UpdatePaper(ctx context.Context, id ID, entry audit.Entry, rule func(*Paper) error) (*Paper, error)
	// RemovePaper deletes a questionnaire that the rule lets go.
	RemovePaper(ctx context.Context, id ID, entry audit.Entry, rule func(*Paper) error) error
	// Paper returns one questionnaire, or refuses with paper.unknown.
	Paper(ctx context.Context, id ID) (*Paper, error)
	// Papers returns all questionnaires, by name.
	Papers(ctx context.Context) ([]*Paper, error)
	// Edition returns the content of a published version, or refuses with
	// paper.unknown.
	Edition(ctx context.Context, r Ref) ([]byte, error)
}

// Service is the library. It is safe for concurrent use.
type Service struct {
	store  Store
	people access.People
	now    func() time.Time
	newID  func() string
}

// NewService returns the library in a store, on the programme's clock. people knows
// whose accounts are of one person; nil: accounts alone are told apart.
func NewService(store Store, people access.People, now func() time.Time, newID func() string) *Service {
	return &Service{store: store, people: people, now: now, newID: newID}
}

// Papers returns the questionnaires that the actor's agency has, by name.
func (s *Service) Papers(ctx context.Context, by access.Actor) ([]*Paper, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	all, err := s.store.Papers(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(p *Paper) bool { return p.Institution != by.Institution }), nil
}

// Paper returns one questionnaire of the actor's agency.
func (s *Service) Paper(ctx context.Context, by access.Actor, id ID) (*Paper, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	p, err := s.store.Paper(ctx, id)
	if err != nil {
		return nil, err
	}
	return p, p.seenBy(by)
}

func (p *Paper) seenBy(by access.Actor) error {
	if p.Institution != by.Institution {
		return fault.New(fault.NotFound, "paper.unknown")
	}
	return nil
}

// Make puts a new questionnaire into the library. Its form may be unsound.
func (s *Service) Make(ctx context.Context, by access.Actor, name string, form *questionnaire.Form, remarks []Remark) (*Paper, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	name, err := named(name)
	if err != nil {
		return nil, err
	}
	form.Status = "draft"
	text := form.JSON()
	if _, err := questionnaire.Read(text); err != nil {
		return nil, err
	}
	p := &Paper{
		ID: ID(s.newID()), Institution: by.Institution, Name: name, Version: 1,
		Form: text, Remarks: remarks, Made: s.stamp(by), Edited: s.stamp(by),
	}
	return p, s.store.AddPaper(ctx, p, s.entry(by, "paper.create", p.ID))
}

// Save applies a change to the draft that was read at the version. Where somebody
// else has changed it since, nothing is saved and paper.changed (parameter by)
// says so. What was proposed is proposed no longer.
func (s *Service) Save(ctx context.Context, by access.Actor, id ID, version int, change func(*questionnaire.Form) error) (*Paper, error) {
	return s.change(ctx, by, id, "paper.save", func(p *Paper) error {
		if p.Version != version {
			return fault.New(fault.Conflict, "paper.changed", "by", p.Edited.By)
		}
		f, err := p.Draft()
		if err != nil {
			return err
		}
		if err := change(f); err != nil {
			return err
		}
		text := f.JSON()
		if _, err := questionnaire.Read(text); err != nil {
			return err
		}
		p.Form, p.Proposal, p.Edited = text, nil, s.stamp(by)
		return nil
	})
}

// Rename gives a questionnaire another name.
func (s *Service) Rename(ctx context.Context, by access.Actor, id ID, name string) (*Paper, error) {
	return s.change(ctx, by, id, "paper.save", func(p *Paper) (err error) {
		p.Name, err = named(name)
		return err
	})
}

// Heed takes away the remarks of an import, once they were seen to.
func (s *Service) Heed(ctx context.Context, by access.Actor, id ID) (*Paper, error) {
	return s.change(ctx, by, id, "paper.save", func(p *Paper) error {
		p.Remarks = nil
		return nil
	})
}

// Propose puts the draft before a second person of the agency.
func (s *Service) Propose(ctx context.Context, by access.Actor, id ID) (*Paper, error) {
	return s.change(ctx, by, id, "paper.propose", func(p *Paper) error { return p.Propose(s.stamp(by)) })
}

// Withdraw takes a proposal back, so that the draft can be worked on.
func (s *Service) Withdraw(ctx context.Context, by access.Actor, id ID) (*Paper, error) {
	return s.change(ctx, by, id, "paper.withdraw", func(p *Paper) error { return p.Withdraw() })
}

// Approve publishes the proposed version; the actor is another person than the
// one who proposed it, and names the hash that was shown.
func (s *Service) Approve(ctx context.Context, by access.Actor, id ID, hash string) (*Paper, error) {
	second, err := by.Second(ctx, s.people)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, by, id, "paper.publish", func(p *Paper) error { return p.Approve(s.stamp(by), second, hash) })
}

// Remove deletes a questionnaire that was never published.
func (s *Service) Remove(ctx context.Context, by access.Actor, id ID) error {
	if err := by.Require(access.Agency); err != nil {
		return err
	}
	return s.store.RemovePaper(ctx, id, s.entry(by, "paper.remove", id), func(p *Paper) error {
		if len(p.Editions) > 0 {
			return fault.New(fault.Conflict, "paper.published")
		}
		return p.seenBy(by)
	})
}

func (s *Service) change(ctx context.Context, by access.Actor, id ID, action string, rule func(*Paper) error) (*Paper, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return s.store.UpdatePaper(ctx, id, s.entry(by, action, id), func(p *Paper) error {
		if err := p.seenBy(by); err != nil {
			return err
		}
		return rule(p)
	})
}

func (s *Service) stamp(by access.Actor) Stamp { return Stamp{By: by.Name, At: s.now().UTC()} }

func (s *Service) entry(by access.Actor, action string, id ID) audit.Entry {
	return audit.Entry{At: s.now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: "questionnaire/" + string(id)}
}

// Printed is one version with its content.
type Printed struct {
	Ref
	Name string // empty for the built-in form
	Hash string
	Form []byte
}

// Published returns a published version; the zero Ref is the built-in form,
// which counts as published. A draft is refused with paper.unpublished.
func (s *Service) Published(ctx context.Context, r Ref) (Printed, error) {
	if r.ID == "" {
		return BuiltIn()
	}
	if r.Number == Draft {
		return Printed{}, fault.New(fault.Conflict, "paper.unpublished").At("paper")
	}
	p, err := s.store.Paper(ctx, r.ID)
	if err != nil {
		return Printed{}, err
	}
	form, err := s.store.Edition(ctx, r)
	if err != nil {
		return Printed{}, err
	}
	out := Printed{Ref: r, Name: p.Name, Form: form}
	q, err := questionnaire.Parse(form)
	if err != nil {
		return out, fmt.Errorf("library: version %d of %s: %w", r.Number, r.ID, errors.New(err.Error()))
	}
	out.Hash = q.Hash()
	at := slices.IndexFunc(p.Editions, func(e Edition) bool { return e.Number == r.Number })
	if at < 0 || p.Editions[at].Hash != out.Hash {
		return out, fmt.Errorf("library: version %d of %s no longer has the hash that it was published under", r.Number, r.ID)
	}
	return out, nil
}

// Content returns the form of a draft or a version, as it stands.
func (s *Service) Content(ctx context.Context, r Ref) ([]byte, error) {
	if r.ID != "" && r.Number == Draft {
		p, err := s.store.Paper(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		return p.Form, nil
	}
	printed, err := s.Published(ctx, r)
	return printed.Form, err
}

// BuiltIn returns the built-in form.
func BuiltIn() (Printed, error) {
	form := questionnaire.Default()
	q, err := questionnaire.Parse(form)
	if err != nil {
		return Printed{}, fmt.Errorf("library: built-in form: %w", err)
	}
	return Printed{Ref: Ref{Number: q.Number()}, Hash: q.Hash(), Form: form}, nil
}

// Diff lists what changed between two forms of the library, each a version or a
// draft. An unsound draft cannot be compared: its findings come back.
func (s *Service) Diff(ctx context.Context, by access.Actor, from, to Ref) ([]questionnaire.Change, error) {
	var both [2]*questionnaire.Questionnaire
	for i, r := range []Ref{from, to} {
		if r.ID != "" {
			if _, err := s.Paper(ctx, by, r.ID); err != nil {
				return nil, err
			}
		}
		form, err := s.Content(ctx, r)
		if err != nil {
			return nil, err
		}
		if both[i], err = questionnaire.Parse(form); err != nil {
			return nil, err
		}
	}
	return questionnaire.Diff(both[0], both[1]), nil
}

// ParseRef reads a version as forms carry it: "ID.NUMBER", empty for the
// built-in form.
func ParseRef(text string) (Ref, bool) {
	if text == "" {
		return Ref{}, true
	}
	for i := len(text) - 1; i > 0; i-- {
		if text[i] != '.' {
			continue
		}
		n, err := strconv.Atoi(text[i+1:])
		return Ref{ID: ID(text[:i]), Number: n}, err == nil && n >= 0
	}
	return Ref{}, false
}

// String is the text that ParseRef reads.
func (r Ref) String() string {
	if r.ID == "" {
		return ""
	}
	return string(r.ID) + "." + strconv.Itoa(r.Number)
}
