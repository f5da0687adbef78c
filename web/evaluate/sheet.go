package evaluate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// Line is one item of the sheet with what was typed.
type Line struct {
	evaluation.Line
	Claim     application.Claim
	Compared  []application.Comparison
	Exhibits  []Proof
	Excusable bool
	Mark      string
	Excused   bool
	Reason    string
}

// Proof is an exhibit with the mark of C83.
type Proof struct {
	application.Exhibit
	Late bool
}

// SheetPage is the score sheet beside the dossier.
type SheetPage struct {
	view.Frame
	Base    string
	Unit    string
	Work    *evaluation.Work
	Lines   []Line
	Seen    string
	Opinion string
	Gaps    []string
	Settled int
	Needed  int
	Open    bool // the window is open and the sheet a draft
	Parts   []Part
	Proofs  []Proof
	Found   []evaluation.Problem
	Trouble string // typed into the register
	Shows   bool   // the unit's own verdicts are shown
}

// Part is one part of the unit's report.
type Part struct {
	Part application.Part
	Text string
}

// Single reports whether the dossier is on the single track.
func (p *SheetPage) Single() bool { return p.Work.Terms.Dossier.Track == roster.Single }

// Dossier is the dossier that is marked.
func (p *SheetPage) Dossier() *application.Dossier { return p.Work.Terms.Dossier }

// Window is when marking is open.
func (p *SheetPage) Window() roster.Window { return p.Work.Terms.Round.Settings.Evaluation }

// Show shows the declaration first, and after it the sheet.
func (d *Door) Show(c *fiber.Ctx) error {
	w, err := d.open(c)
	if err != nil {
		return err
	}
	if w.Terms.Dossier == nil {
		page, err := declarePage(c, d, w)
		if err != nil {
			return err
		}
		return d.pages.Render(c, "declare", page)
	}
	page, err := d.sheet(c, w, typed(w.Assignment.Sheet))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "sheet", page)
}

// typed writes a stored sheet as its form's fields.
func typed(s evaluation.Sheet) fields {
	f := fields{"seen": strconv.Itoa(s.Edits), "opinion": s.Opinion}
	for item, v := range s.Verdicts {
		n := string(item)
		f["reason-"+n] = v.Reason
		if v.Given {
			f["mark-"+n] = v.Mark.String()
		}
		if v.Excused {
			f["na-"+n] = "yes"
		}
	}
	return f
}

func (d *Door) sheet(c *fiber.Ctx, w *evaluation.Work, f fields) (*SheetPage, error) {
	t := w.Terms
	actor := login.Actor(c)
	p := &SheetPage{
		Base: base(t.Dossier.Key), Unit: t.Unit.Label(string(view.LangOf(c))), Work: w, Seen: f["seen"], Opinion: f["opinion"],
		Open:  !w.Assignment.Sheet.Submitted() && t.Round.Settings.Evaluation.Open(d.service.Now()),
		Shows: t.Round.Settings.ShowSelfMarks,
	}
	for _, l := range t.Lines() {
		p.add(l, f)
	}
	for _, part := range application.Parts(t.Dossier.Track) {
		p.Parts = append(p.Parts, Part{part, t.Dossier.Report[part]})
	}
	p.Proofs = proofs(t, t.Dossier.Exhibits)
	if !w.Assignment.Sheet.Submitted() {
		for _, r := range w.Assignment.Sheet.Gaps(t) {
			p.Gaps = append(p.Gaps, d.texts.Refusal(view.LangOf(c), r))
		}
	}
	all, err := d.service.Problems(c.UserContext(), actor, t.Round.Year)
	if err != nil {
		return nil, err
	}
	p.Found = slices.DeleteFunc(all, func(x evaluation.Problem) bool { return x.Dossier != t.Dossier.Key })
	return p, nil
}

func (p *SheetPage) add(l evaluation.Line, f fields) {
	n := string(l.Item)
	t := p.Work.Terms
	claim := t.Shown(l)
	line := Line{
		Line: l, Claim: claim, Mark: f["mark-"+n], Excused: f["na-"+n] == "yes", Reason: f["reason-"+n],
		Excusable: l.Needed && claim.Verdict == application.Inapplicable,
	}
	if !p.Single() {
		line.Exhibits = proofs(t, t.Dossier.ExhibitsOf(l.Indicator.Number))
		line.Compared = application.Compare(l.Indicator, claim, nil)
	}
	if l.Needed {
		p.Needed++
		if line.Mark != "" || line.Excused {
			p.Settled++
		}
	}
	p.Lines = append(p.Lines, line)
}

func proofs(t evaluation.Terms, exhibits []application.Exhibit) []Proof {
	out := make([]Proof, len(exhibits))
	for i, e := range exhibits {
		out[i] = Proof{Exhibit: e, Late: e.Late(t.Round)}
	}
	return out
}

// Save keeps the sheet as a draft or, with do=submit, closes it. Fields: seen,
// opinion, do, and for each item mark-N, reason-N and na-N.
func (d *Door) Save(c *fiber.Ctx) error {
	w, err := d.open(c)
	if err != nil {
		return err
	}
	if w.Terms.Dossier == nil {
		return view.See(c, base(w.Assignment.Dossier), "")
	}
	f, err := read(c, sheetField)
	if err != nil {
		return err
	}
	seen, err := strconv.Atoi(f["seen"])
	if err != nil || f["do"] != "save" && f["do"] != "submit" {
		return fault.New(fault.Invalid, "request.invalid")
	}
	step, done := d.service.Save, "evaluate.saved"
	if f["do"] == "submit" {
		step, done = d.service.Submit, "evaluate.submitted"
	}
	entry, err := f.entry()
	if err == nil {
		err = step(c.UserContext(), login.Actor(c), w.Assignment.Dossier, seen, entry)
	}
	if err != nil {
		return d.again(c, w, f, err)
	}
	return view.See(c, base(w.Assignment.Dossier), done)
}

// again shows the sheet once more with what was typed.
func (d *Door) again(c *fiber.Ctx, w *evaluation.Work, f fields, err error) error {
	page, failed := d.sheet(c, w, f)
	if failed != nil {
		return failed
	}
	return d.pages.Again(c, err, "sheet", page)
}

func sheetField(name string) bool {
	kind, item, _ := strings.Cut(name, "-")
	if item == "" {
		return name == "seen" || name == "opinion" || name == "do"
	}
	return kind == "mark" || kind == "reason" || kind == "na"
}

// entry reads the verdicts; marks that are no numbers are refused together.
func (f fields) entry() (evaluation.Entry, error) {
	e := evaluation.Entry{Verdicts: map[evaluation.Item]evaluation.Verdict{}, Opinion: f["opinion"]}
	var list fault.List
	for name, value := range f {
		kind, item, _ := strings.Cut(name, "-")
		if item == "" {
			continue
		}
		v := e.Verdicts[evaluation.Item(item)]
		switch kind {
		case "mark":
			if strings.TrimSpace(value) == "" {
				break
			}
			m, err := indicators.ParseMark(value)
			for _, r := range fault.All(err) {
				list.Add(r.At(name))
			}
			v.Given, v.Mark = err == nil, m
		case "reason":
			v.Reason = value
		case "na":
			v.Excused = value == "yes"
		}
		e.Verdicts[evaluation.Item(item)] = v
	}
	slices.SortFunc(list, func(a, b *fault.Refusal) int { return strings.Compare(a.Field, b.Field) })
	return e, list.Err()
}

// Report adds to the register of problems: field problem.
func (d *Door) Report(c *fiber.Ctx) error {
	w, err := d.open(c)
	if err != nil {
		return err
	}
	f, err := read(c, func(name string) bool { return name == "problem" })
	if err != nil {
		return err
	}
	if w.Terms.Dossier == nil {
		return view.See(c, base(w.Assignment.Dossier), "")
	}
	if err := d.service.Report(c.UserContext(), login.Actor(c), w.Assignment.Dossier, f["problem"]); err != nil {
		page, failed := d.sheet(c, w, typed(w.Assignment.Sheet))
		if failed != nil {
			return failed
		}
		page.Trouble = f["problem"]
		return d.pages.Again(c, err, "sheet", page)
	}
	return view.See(c, base(w.Assignment.Dossier), "evaluate.problem")
}
