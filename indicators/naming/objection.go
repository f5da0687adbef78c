package naming

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
)

// Outcome is what came of an objection.
type Outcome string

// The outcomes. An upheld objection keeps its candidate from being named.
const (
	Unanswered Outcome = ""
	Upheld     Outcome = "upheld"
	Dismissed  Outcome = "dismissed"
)

// Objection is one objection to a notice, by anybody, with or without a name.
type Objection struct {
	ID         string    `json:"id"`
	Round      int       `json:"round"`
	Target     Target    `json:"target"`
	Name       string    `json:"name"`
	Contact    string    `json:"contact"`
	Text       string    `json:"text"`
	FiledAt    time.Time `json:"filed_at"`
	Receipt    string    `json:"receipt"` // hash of the receipt code
	Outcome    Outcome   `json:"outcome"`
	Answer     string    `json:"answer"`
	AnsweredAt time.Time `json:"answered_at"`
	AnsweredBy string    `json:"answered_by"`
}

// Complaint is what somebody writes into the objection form.
type Complaint struct {
	Target  Target
	Name    string // may be empty
	Contact string // may be empty
	Text    string
}

// Object takes an objection while the notice stands, both days included, and
// returns the receipt code: the one way to its answer; only its hash is kept.
func (s *Service) Object(ctx context.Context, round int, c Complaint) (receipt string, err error) {
	var list fault.List
	checkTexts(&list, text{"name", &c.Name, nameMost, false, false},
		text{"contact", &c.Contact, nameMost, false, false}, text{"text", &c.Text, textMost, true, true})
	if err := list.Err(); err != nil {
		return "", err
	}
	if receipt, err = newReceipt(); err != nil {
		return "", err
	}
	o := &Objection{
		ID: s.newID(), Round: round, Target: c.Target, Name: c.Name, Contact: c.Contact, Text: c.Text,
		FiledAt: s.now(), Receipt: receiptHash(receipt),
	}
	entry := audit.Entry{At: s.now(), Action: "objection.file", Object: object("objection", round, o.ID)}
	err = s.store.AddObjection(ctx, o, entry, func(p *Proceeding) error {
		if p.Notice == nil || !p.Notice.Window.Began(s.now()) {
			return fault.New(fault.NotFound, "notice.none")
		}
		if err := p.Notice.Window.Refuse(s.now(), "objection.closed"); err != nil {
			return err
		}
		for _, listed := range p.Notice.List {
			if listed.Target == o.Target {
				return nil
			}
		}
		return fault.New(fault.Invalid, "objection.target").At("target")
	})
	return receipt, err
}

// receiptBytes gives 80 random bits, 16 characters.
const receiptBytes = 10

func receiptText() *base32.Encoding {
	return base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
}

func newReceipt() (string, error) {
	raw := make([]byte, receiptBytes)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("receipt: %w", err)
	}
	s := receiptText().EncodeToString(raw)
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:], nil
}

// receiptHash folds what people mistype (case, spaces, O for 0, I and L for 1)
// and hashes the code.
func receiptHash(code string) string {
	fold := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
	return scorebook.Digest([]byte("minyi/objection/" + fold))
}

// State returns an objection by its receipt code to whoever holds the code, or
// refuses with objection.unknown.
func (s *Service) State(ctx context.Context, receipt string) (*Objection, error) {
	o, err := s.store.ObjectionByReceipt(ctx, receiptHash(receipt))
	if err != nil {
		return nil, err
	}
	o.AnsweredBy = ""
	return o, nil
}

// Objections lists the round's objections to the office.
func (s *Service) Objections(ctx context.Context, by access.Actor, round int) ([]Objection, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.store.Objections(ctx, round)
}

// Answer gives an objection its outcome and the words for who filed it. It may
// be changed until the decision, each change being an entry in the trail.
func (s *Service) Answer(ctx context.Context, by access.Actor, round int, id string, outcome Outcome, answer string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	var list fault.List
	checkTexts(&list, text{"answer", &answer, textMost, true, true})
	if outcome != Upheld && outcome != Dismissed {
		list.Add(fault.New(fault.Invalid, "objection.outcome").At("outcome"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	entry := s.entry(by, "objection.answer", object("objection", round, id), "")
	entry.After = fmt.Sprintf(`{"outcome":%q,"answer":%q}`, outcome, scorebook.Digest([]byte(answer)))
	return s.store.UpdateObjection(ctx, round, id, entry, func(o *Objection, p *Proceeding) error {
		if p.Decision != nil {
			return fault.New(fault.Closed, "objection.decided")
		}
		o.Outcome, o.Answer, o.AnsweredAt, o.AnsweredBy = outcome, answer, s.now(), by.Name
		return nil
	})
}

// upheld returns the targets that an objection keeps from being named.
func upheld(all []Objection) map[Target]bool {
	out := map[Target]bool{}
	for _, o := range all {
		out[o.Target] = out[o.Target] || o.Outcome == Upheld
	}
	return out
}
