package naming

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// Outcome is what came of an objection.
type Outcome string

// The outcomes. What was found right, also in part, has a consequence that two
// people decide on; until that is settled the candidate cannot be named.
const (
	Unanswered  Outcome = ""
	Founded     Outcome = "upheld"
	Partly      Outcome = "partly"
	Unfounded   Outcome = "dismissed"
	NoObjection Outcome = "none" // a question or a request, which is answered too
)

// Outcomes returns what an objection can end with, in the order of forms.
func Outcomes() []Outcome { return []Outcome{Unfounded, Partly, Founded, NoObjection} }

// right reports whether the objection was found right, at least in part.
func (o Outcome) right() bool { return o == Founded || o == Partly }

// State is where an objection stands, for who filed it and for the office.
type State string

// The states.
const (
	Received  State = "received"
	Looking   State = "looking"   // a case officer looks into it
	Asked     State = "asked"     // the officer waits for an answer of who filed it
	Answered  State = "answered"  // with an outcome
	Escalated State = "escalated" // found right, and the consequence is not settled yet
)

// States returns all states in order.
func States() []State { return []State{Received, Looking, Asked, Answered, Escalated} }

// Objection is one objection to a notice, by anybody, with or without a name. Name
// and Contact are filled in for the case officer only; what people wrote lies sealed
// in the store.
type Objection struct {
	ID      string          `json:"id"`
	Round   int             `json:"round"`
	Notice  int             `json:"notice"` // number of the notice that stood
	Target  Target          `json:"target"`
	Person  string          `json:"person,omitempty"` // sealed: name and contact
	Body    string          `json:"body,omitempty"`   // sealed: text, dialogue, notes
	Name    string          `json:"name,omitempty"`
	Contact string          `json:"contact,omitempty"`
	Text    string          `json:"text,omitempty"`
	Talk    []Word          `json:"talk,omitempty"`
	Notes   []Note          `json:"notes,omitempty"`
	Files   []evidence.File `json:"files,omitempty"`
	Signed  bool            `json:"signed,omitempty"` // it came with a name or a contact
	Bait    bool            `json:"bait,omitempty"`   // a field that no person sees was filled in
	FiledAt time.Time       `json:"filed_at"`
	Receipt string          `json:"receipt"` // hash of the receipt code
	Due     roster.Date     `json:"due,omitzero"`

	Officer    string    `json:"officer,omitempty"`
	AssignedAt time.Time `json:"assigned_at,omitzero"`
	Outcome    Outcome   `json:"outcome"`
	Reason     string    `json:"reason,omitempty"` // of the outcome, for the office
	Answer     string    `json:"answer"`
	AnsweredAt time.Time `json:"answered_at"`
	AnsweredBy string    `json:"answered_by"`
	Settled    bool      `json:"-"` // filled in when it is read
	Erased     time.Time `json:"erased,omitzero"`
}

// Word is one word of the dialogue on the page of an objection's state.
type Word struct {
	At    time.Time       `json:"at"`
	By    string          `json:"by,omitempty"` // account of the office; empty: who filed it
	Text  string          `json:"text"`
	Files []evidence.File `json:"files,omitempty"`
}

// Note is a note of the office's own.
type Note struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// State says where the objection stands.
func (o *Objection) State() State {
	switch {
	case o.Outcome.right() && !o.Settled:
		return Escalated
	case o.Outcome != Unanswered:
		return Answered
	case len(o.Talk) > 0 && o.Talk[len(o.Talk)-1].By != "":
		return Asked
	case o.Officer != "":
		return Looking
	}
	return Received
}

// Late reports whether the day on which the objection was to be answered has passed.
func (o *Objection) Late(now time.Time) bool {
	return o.Outcome == Unanswered && !o.Due.IsZero() && !now.Before(o.Due.Plus(1).Start())
}

// All are the files of the objection and of its dialogue.
func (o *Objection) All() []evidence.File {
	out := slices.Clone(o.Files)
	for _, w := range o.Talk {
		out = append(out, w.Files...)
	}
	return out
}

// Upload is a file as it comes in.
type Upload struct {
	Name string
	Size int64 // bytes
	Open func() (io.ReadCloser, error)
}

// Limits of what comes with one objection.
const (
	FilesMost = 5
	FileMost  = 10 << 20 // bytes of one file
)

// Complaint is what somebody writes into the objection form.
type Complaint struct {
	Target  Target
	Name    string // may be empty
	Contact string // may be empty
	Text    string
	Files   []Upload
	Bait    bool   // a field that no person sees was filled in: it is taken, and marked
	Form    string // what only this visitor's form carries: sent again with the same words it is the same objection; may be empty
}

// ErrFiled means that the store has an objection with this receipt already.
var ErrFiled = errors.New("naming: this form was filed already")

// Object takes an objection while the notice stands, both days included, and
// returns the receipt code: the one way to its answer; only its hash is kept.
// A form that is sent again (a second press, a network that failed) is the same
// objection and gets the same code.
func (s *Service) Object(ctx context.Context, round int, c Complaint) (receipt string, err error) {
	var list fault.List
	checkTexts(&list, text{"name", &c.Name, nameMost, false, false},
		text{"contact", &c.Contact, nameMost, false, false}, text{"text", &c.Text, textMost, true, true})
	checkFiles(&list, c.Files)
	if err := list.Err(); err != nil {
		return "", err
	}
	r, err := s.mayObject(ctx, round, c.Target)
	if err != nil {
		return "", err
	}
	if receipt, err = s.receiptFor(round, c); err != nil {
		return "", err
	}
	o := &Objection{
		ID: s.newID(), Round: round, Target: c.Target, Name: c.Name, Contact: c.Contact, Text: c.Text,
		FiledAt: s.now(), Receipt: receiptHash(receipt), Bait: c.Bait, Signed: c.Name != "" || c.Contact != "",
		Due: s.due(roster.DateOf(s.now()), r.Settings.Road().ObjectionDays),
	}
	if o.Files, err = s.keep(ctx, c.Files); err != nil {
		return "", err
	}
	if err := s.box.seal(o); err != nil {
		return "", err
	}
	entry := audit.Entry{At: s.now(), Action: "objection.file", Object: object("objection", round, o.ID)}
	err = s.store.AddObjection(ctx, o, entry, func(p *Proceeding) error {
		if err := s.takes(p, o.Target); err != nil {
			return err
		}
		o.Notice = p.standing(s.now()).No()
		return nil
	})
	if errors.Is(err, ErrFiled) {
		return receipt, nil // a form that came twice: the first one told the office
	}
	if err != nil {
		return "", err
	}
	return receipt, s.tell(ctx, o)
}

// tell tells the office of a new objection.
func (s *Service) tell(ctx context.Context, o *Objection) error {
	return s.post(ctx, inbox.Message{
		Code: "objection.filed", Params: map[string]string{"unit": string(o.Target.Unit), "due_date": o.Due.String()}, To: inbox.ToRole(access.Office),
		Link: "/office/objections/" + o.ID, Due: o.Due.Plus(1).Start(), Key: "objection/" + o.ID, Topic: "objection/" + o.ID,
	})
}

// mayObject refuses an objection before any file of it is taken.
func (s *Service) mayObject(ctx context.Context, round int, t Target) (*roster.Round, error) {
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return nil, err
	}
	p, err := s.store.Proceeding(ctx, round)
	if err != nil {
		return nil, err
	}
	return r, s.takes(p, t)
}

// standing is the notice that the public sees: the one before a corrected one that
// has not begun.
func (p *Proceeding) standing(now time.Time) *Notice {
	if p.Notice != nil && p.Notice.Window.Began(now) {
		return p.Notice
	}
	if n := len(p.Past); n > 0 && p.Past[n-1].Window.Began(now) {
		return &p.Past[n-1]
	}
	return nil
}

// takes refuses an objection outside a notice's period, and one to a unit that is not
// on it.
func (s *Service) takes(p *Proceeding, t Target) error {
	n := p.standing(s.now())
	switch {
	case n == nil:
		return fault.New(fault.NotFound, "notice.none")
	case n.Window.Over(s.now()):
		return n.Window.Refuse(s.now(), "objection.closed")
	case !n.Lists(t):
		return fault.New(fault.Invalid, "objection.target").At("target")
	}
	return nil
}

// due is the last day to answer: so many working days after the day it came.
func (s *Service) due(from roster.Date, days int) roster.Date {
	day := from
	for left := days; left > 0; {
		day = day.Plus(1)
		if s.working(day) {
			left--
		}
	}
	return day
}

func (s *Service) working(d roster.Date) bool {
	at, err := time.Parse(time.DateOnly, d.String())
	if err != nil {
		return true
	}
	if s.equipment.Days == nil {
		return at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
	}
	working, _ := s.equipment.Days.Working(at)
	return working
}

func checkFiles(list *fault.List, files []Upload) {
	if len(files) > FilesMost {
		list.Add(fault.New(fault.Invalid, "objection.many", "most", fmt.Sprint(FilesMost)).At("files"))
	}
	for _, f := range files {
		if f.Size > FileMost {
			list.Add(fault.New(fault.Invalid, "objection.large", "name", evidence.CleanName(f.Name), "most", fmt.Sprint(FileMost>>20)).At("files"))
		}
	}
}

// keep puts the files where the office finds them; a file that is refused is named
// beside its field.
func (s *Service) keep(ctx context.Context, files []Upload) (out []evidence.File, err error) {
	if len(files) > 0 && s.equipment.Files == nil {
		return nil, fault.New(fault.Unavailable, "objection.nofiles").At("files")
	}
	for _, f := range files {
		one, err := s.keepOne(ctx, f)
		if refused := fault.All(err); len(refused) > 0 {
			var list fault.List
			for _, r := range refused {
				list.Add(r.At("files"))
			}
			return nil, list.Err()
		}
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func (s *Service) keepOne(ctx context.Context, f Upload) (evidence.File, error) {
	r, err := f.Open()
	if err != nil {
		return evidence.File{}, fmt.Errorf("objection: file: %w", err)
	}
	defer func() { _ = r.Close() }() // was only read
	return s.equipment.Files.Put(ctx, f.Name, r)
}

// State returns an objection by its receipt code to whoever holds the code, or
// refuses with objection.unknown. Notes, the reason of the outcome, and who of the
// office did what stay out.
func (s *Service) State(ctx context.Context, receipt string) (*Objection, error) {
	o, err := s.store.ObjectionByReceipt(ctx, receiptHash(receipt))
	if err != nil {
		return nil, err
	}
	if err := s.box.open(o, false); err != nil {
		return nil, err
	}
	if err := s.judge(ctx, o); err != nil {
		return nil, err
	}
	o.AnsweredBy, o.Reason, o.Notes, o.Name, o.Contact = "", "", nil, "", ""
	if o.Officer != "" {
		o.Officer = "-"
	}
	for i, w := range o.Talk {
		if w.By != "" {
			o.Talk[i].By = "-"
		}
	}
	return o, nil
}

// judge fills in whether the objection is settled.
func (s *Service) judge(ctx context.Context, list ...*Objection) error {
	if len(list) == 0 {
		return nil
	}
	f, err := s.facts(ctx, list[0].Round)
	if err != nil {
		return err
	}
	for _, o := range list {
		o.Settled = f.settled(o)
	}
	return nil
}
