package survey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/keyring"
	"minyi/indicators/roster"
	"minyi/survey/invite"
	"minyi/survey/paper"
)

// Papers keeps the forms on paper that are being keyed, sealed, and what stays of
// them. A change that somebody else overtook is refused with survey.changed.
type Papers interface {
	PaperPlan(ctx context.Context, id ID) (version int, doc string, err error)
	SavePaperPlan(ctx context.Context, p PaperPlanRow, entry audit.Entry) error
	PaperSheets(ctx context.Context, number uint16, fn func(SealedSheet) error) error
	PaperSheet(ctx context.Context, number uint16, serial uint32) (SealedSheet, error)
	SavePaperSheet(ctx context.Context, number uint16, one SealedSheet, entry *audit.Entry) error
	DropPaperSheet(ctx context.Context, number uint16, one SealedSheet, p PaperPlanRow, entry audit.Entry) error
	DropPaperSheets(ctx context.Context, number uint16, entry audit.Entry) error
}

// SealedSheet is a paper.Sheet as it is stored; version 0 is a new one.
type SealedSheet struct {
	Serial  uint32
	Version int
	Sealed  []byte
}

// PaperPlanRow is a PaperPlan as it is stored in place of the one with its version.
type PaperPlanRow struct {
	Survey  ID
	Version int
	Doc     string
}

// Bundle is a pile of forms that came back together.
type Bundle struct {
	Number   int         `json:"number"`
	Name     string      `json:"name"`
	Received roster.Date `json:"received"`
	Lang     string      `json:"lang"` // of the forms: "zh-CN" or "en"
	By       string      `json:"by"`
	Done     int         `json:"done"`   // in the intake
	Thrown   int         `json:"thrown"` // discarded
}

// PaperPlan is what is kept of a survey's paper forms apart from those that are
// being keyed. Nothing in it names a link or an answer.
type PaperPlan struct {
	Bundles []Bundle              `json:"bundles,omitempty"`
	Work    map[string]paper.Work `json:"work,omitempty"` // by who keyed
	version int
}

// Paperwork is the survey behind the pages on which paper forms are printed and
// keyed: each by two people, the second without a look at what the first typed;
// where they differ somebody settles it, and then the answer goes through the same
// intake as any other, once, and spends the code of its link. From then on nothing
// joins the two. It is safe for concurrent use.
type Paperwork struct {
	s     *Service
	store Papers
	mu    sync.Mutex // one change of the plan at a time
}

// NewPaperwork makes the paper way of a survey service.
func NewPaperwork(s *Service, store Papers) *Paperwork { return &Paperwork{s: s, store: store} }

// look returns the survey for somebody of the agency.
func (w *Paperwork) look(by access.Actor, id ID) (*live, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return w.s.get(id)
}

// open is look for what may be done only while answers come.
func (w *Paperwork) open(by access.Actor, id ID) (*live, error) {
	l, err := w.look(by, id)
	if err != nil {
		return nil, err
	}
	if l.survey.State != Open {
		return nil, fault.New(fault.Conflict, "keying.open")
	}
	return l, nil
}

func (w *Paperwork) plan(ctx context.Context, id ID) (PaperPlan, error) {
	return paperPlan(ctx, w.store, id)
}

// paperPlan reads the plan of a survey, the zero PaperPlan where there is none.
func paperPlan(ctx context.Context, store Papers, id ID) (PaperPlan, error) {
	var plan PaperPlan
	version, doc, err := store.PaperPlan(ctx, id)
	if err != nil || version == 0 {
		return plan, err
	}
	if err := json.Unmarshal([]byte(doc), &plan); err != nil {
		return plan, fmt.Errorf("survey: read the plan of paper forms: %w", err)
	}
	plan.version = version
	return plan, nil
}

func (p PaperPlan) row(id ID) (PaperPlanRow, error) {
	doc, err := json.Marshal(p)
	if err != nil {
		return PaperPlanRow{}, fmt.Errorf("survey: write the plan of paper forms: %w", err)
	}
	return PaperPlanRow{Survey: id, Version: p.version, Doc: string(doc)}, nil
}

// bundle is one of the bundles, nil for none.
func (p PaperPlan) bundle(number int) *Bundle {
	i := slices.IndexFunc(p.Bundles, func(b Bundle) bool { return b.Number == number })
	if i < 0 {
		return nil
	}
	return &p.Bundles[i]
}

// paperKey names the key in the vault that forms are sealed under.
func paperKey(id ID) string { return string(id) + "/paper" }

func (w *Paperwork) sealer(id ID) (*keyring.One, error) {
	if w.s.Vault == nil {
		return nil, fault.New(fault.Unavailable, "store.unavailable")
	}
	key, err := w.s.Vault.Make(paperKey(id))
	if err != nil {
		return nil, errors.Join(fault.New(fault.Unavailable, "store.unavailable"), err)
	}
	return w.s.sealer(subkey(key, "paper-sheet"))
}

// held is a form that was read from the store.
type held struct {
	*paper.Sheet
	row SealedSheet
}

func (w *Paperwork) unseal(l *live, with *keyring.One, row SealedSheet) (held, error) {
	doc, err := unseal(with, row.Sealed, appendLink(nil, invite.Token{Survey: l.survey.Number, Serial: row.Serial}))
	if err != nil {
		return held{}, fmt.Errorf("survey: open a paper form: %w", err)
	}
	h := held{Sheet: &paper.Sheet{}, row: row}
	if err := json.Unmarshal(doc, h.Sheet); err != nil {
		return held{}, fmt.Errorf("survey: read a paper form: %w", err)
	}
	return h, nil
}

// form reads one form; keying.none refuses one that is not being keyed.
func (w *Paperwork) form(ctx context.Context, l *live, serial uint32) (held, error) {
	row, err := w.store.PaperSheet(ctx, l.survey.Number, serial)
	if err != nil {
		return held{}, err
	}
	if row.Version == 0 {
		return held{}, fault.New(fault.NotFound, "keying.none")
	}
	with, err := w.sealer(l.survey.ID)
	if err != nil {
		return held{}, err
	}
	return w.unseal(l, with, row)
}

func (w *Paperwork) save(ctx context.Context, l *live, h held, entry *audit.Entry) error {
	with, err := w.sealer(l.survey.ID)
	if err != nil {
		return err
	}
	doc, err := json.Marshal(h.Sheet)
	if err != nil {
		return fmt.Errorf("survey: write a paper form: %w", err)
	}
	h.row.Sealed = seal(with, doc, appendLink(nil, invite.Token{Survey: l.survey.Number, Serial: h.row.Serial}))
	return w.store.SavePaperSheet(ctx, l.survey.Number, h.row, entry)
}

// PaperDesk is what the agency sees of a survey's paper forms.
type PaperDesk struct {
	Survey  *Survey
	Plan    PaperPlan
	Sheets  []PaperRow
	Counts  map[int]map[paper.State]int // by bundle
	Keyers  []string
	Strata  []string
	Keyable bool // forms may be keyed now
}

// PaperRow is one form that is being keyed.
type PaperRow struct {
	Serial        uint32
	Stratum, PSU  string
	Nth           int // of its PSU, from 1
	Bundle        string
	State         paper.State
	First, Second string // who keyed it
	At            time.Time
}

// Desk shows the bundles, the forms that are being keyed, and how well.
func (w *Paperwork) Desk(ctx context.Context, by access.Actor, id ID) (*PaperDesk, error) {
	l, err := w.look(by, id)
	if err != nil {
		return nil, err
	}
	desk := &PaperDesk{Survey: l.survey, Counts: map[int]map[paper.State]int{}, Keyable: l.survey.State == Open}
	if desk.Plan, err = w.plan(ctx, id); err != nil {
		return nil, err
	}
	desk.Keyers = slices.Sorted(maps.Keys(desk.Plan.Work))
	for _, b := range l.survey.Batches {
		if b.Kind == invite.OneTime && !slices.Contains(desk.Strata, b.Stratum) {
			desk.Strata = append(desk.Strata, b.Stratum)
		}
	}
	if !desk.Keyable {
		return desk, nil
	}
	with, err := w.sealer(id)
	if err != nil {
		return nil, err
	}
	form := paper.NewPlan(l.paper)
	err = w.store.PaperSheets(ctx, l.survey.Number, func(row SealedSheet) error {
		h, err := w.unseal(l, with, row)
		if err != nil {
			return err
		}
		desk.add(l, h, h.State(form))
		return nil
	})
	return desk, err
}

func (d *PaperDesk) add(l *live, h held, state paper.State) {
	if d.Counts[h.Bundle] == nil {
		d.Counts[h.Bundle] = map[paper.State]int{}
	}
	d.Counts[h.Bundle][state]++
	row := PaperRow{Serial: h.row.Serial, State: state, First: h.First.By, At: h.First.At}
	if b := d.Plan.bundle(h.Bundle); b != nil {
		row.Bundle = b.Name
	}
	if h.Second != nil {
		row.Second, row.At = h.Second.By, h.Second.At
	}
	if b, ok := l.survey.Batches.Find(h.row.Serial); ok {
		row.Stratum, row.PSU, row.Nth = b.Stratum, b.PSU, int(h.row.Serial-b.First)+1
	}
	d.Sheets = append(d.Sheets, row)
}

// AddBundle registers a pile of forms that came back. It refuses with keying.name
// and keying.received.
func (w *Paperwork) AddBundle(ctx context.Context, by access.Actor, id ID, b Bundle) (Bundle, error) {
	l, err := w.open(by, id)
	if err != nil {
		return b, err
	}
	if b, err = l.receive(b, by, w.s.Now()); err != nil {
		return b, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	plan, err := w.plan(ctx, id)
	if err != nil {
		return b, err
	}
	b.Number = len(plan.Bundles) + 1
	plan.Bundles = append(plan.Bundles, b)
	row, err := plan.row(id)
	if err != nil {
		return b, err
	}
	entry := w.s.entry(by, "survey.paper.bundle", id)
	if entry.After, err = brief(b); err != nil {
		return b, err
	}
	return b, w.store.SavePaperPlan(ctx, row, entry)
}

// receive checks a bundle: paper counts when it came back within the fieldwork.
func (l *live) receive(b Bundle, by access.Actor, now time.Time) (Bundle, error) {
	const most = 60
	b.Name = strings.TrimSpace(b.Name)
	if n := utf8.RuneCountInString(b.Name); n == 0 || n > most || !utf8.ValidString(b.Name) || strings.ContainsFunc(b.Name, func(r rune) bool { return r < ' ' }) {
		return b, fault.New(fault.Invalid, "keying.name").At("name")
	}
	day := b.Received
	if day.IsZero() || day.Before(l.survey.Window.From) || l.survey.Window.To.Before(day) || roster.DateOf(now).Before(day) {
		return b, fault.New(fault.Invalid, "keying.received").At("received")
	}
	if b.Lang != "en" {
		b.Lang = "zh-CN"
	}
	b.By, b.Done, b.Thrown = by.Name, 0, 0
	return b, nil
}

// brief is what the trail keeps of something, as JSON.
func brief(what any) (string, error) {
	text, err := json.Marshal(what)
	if err != nil {
		return "", fmt.Errorf("survey: trail: %w", err)
	}
	return string(text), nil
}
