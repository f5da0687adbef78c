package evaluate

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// SheetPage is the score sheet beside the dossier: whole, or one heading of it.
type SheetPage struct {
	view.Frame
	Base    string
	Unit    string
	Work    *evaluation.Work
	Levels  []Level
	Level   int // the heading that is shown alone, counted from 1; 0 for all
	Overall Opinion
	Seen    string // edits of the sheet that the page was made from
	Open    bool   // the window is open and the sheet a draft
	Shows   bool   // the unit's own verdicts are shown
	Needed  int
	Settled int
	Gaps    int
	Running string // total so far, where the round shows it
	Parts   []Part
	Proofs  []Proof
	Found   []evaluation.Problem
	Script  string
	Style   string
}

// Level is one first-level heading with its lines and what it lacks.
type Level struct {
	N       int
	Name    string
	Lines   []Line
	Opinion *Opinion // nil where none is asked for
	Needed  int
	Settled int
	Gaps    int
	Shown   bool
}

// Opinion is an opinion as it stands in the form.
type Opinion struct {
	Item     evaluation.Item
	Text     string
	Seen     string
	Lacks    bool
	Required bool
	Theirs   fields // as it is stored, where it was changed in another window
}

// Line is one item of the sheet with what was typed.
type Line struct {
	evaluation.Line
	Claim     application.Claim
	Values    []Value
	Exhibits  []Proof
	Excusable bool
	Mark      string
	Excused   bool
	Reason    string
	Note      string
	Proof     string
	Seen      string
	Lacks     []evaluation.Lack
	Others    []Other
	Theirs    fields
}

// Value is one threshold with what the unit says and what the assessor found.
type Value struct {
	application.Comparison
	N     int // place of the threshold, counted from 0
	Asks  indicators.Ask
	Found indicators.Entry
	Judge indicators.Judgement
}

// State names what the value that was found says of its threshold.
func (v Value) State() string { return JudgeState(v.Judge) }

// Claims names what the unit's own value says of it.
func (v Value) Claims() string { return JudgeState(v.Judgement) }

// Other is another assessor's verdict, shown to an arbiter where the round lets
// him see it.
type Other struct {
	N       int
	Verdict evaluation.Verdict
}

// Proof is an exhibit with the mark of C83.
type Proof struct {
	application.Exhibit
	Late bool
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

// Prev and Next are the headings beside the one that is shown alone; 0 for none.
func (p *SheetPage) Prev() int { return max(0, p.Level-1) }

// Next is the heading after the one that is shown alone; 0 for none.
func (p *SheetPage) Next() int {
	if p.Level == 0 || p.Level == len(p.Levels) {
		return 0
	}
	return p.Level + 1
}

// Unproven reports a claim of met without any evidence (C80).
func (l Line) Unproven() bool {
	return l.Needed && l.Claim.Verdict == application.Met && len(l.Exhibits) == 0
}

// Show shows the declaration first, and after it the sheet. That the dossier was
// read goes on record.
func (d *Door) Show(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	w, err := d.service.Open(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return err
	}
	if w.Missing > 1 || w.Missing == 1 && w.Assignment.Declaration.Interest == evaluation.Clear {
		return view.See(c, "/evaluate/interests?round="+strconv.Itoa(k.Round), "")
	}
	if w.Terms.Dossier == nil {
		page, err := declarePage(c, d, w)
		if err != nil {
			return err
		}
		return d.pages.Render(c, "declare", page)
	}
	page, err := d.sheet(c, w, c.Query("level"), stored(w), nil)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "sheet", page)
}

// sheet makes the page from what stands in the form's fields; theirs are the
// items that somebody changed meanwhile, as they are stored.
func (d *Door) sheet(c *fiber.Ctx, w *evaluation.Work, level string, f fields, theirs map[evaluation.Item]fields) (*SheetPage, error) {
	t := w.Terms
	p := &SheetPage{
		Base: base(t.Dossier.Key), Unit: t.Unit.Label(string(view.LangOf(c))), Work: w, Seen: f["seen"],
		Open:   !w.Assignment.Sheet.Submitted() && t.Round.Settings.Evaluation.Open(d.service.Now()),
		Shows:  t.Round.Settings.ShowSelfMarks,
		Script: d.assets["sheet.js"].address, Style: d.assets["sheet.css"].address,
	}
	for _, l := range t.Lines() {
		p.add(l, f, theirs)
	}
	p.opinions(f, theirs)
	if n, err := strconv.Atoi(level); err == nil && n >= 1 && n <= len(p.Levels) {
		p.Level = n
	}
	for n := range p.Levels {
		p.Levels[n].Shown = p.Level == 0 || p.Level == n+1
	}
	p.run()
	for _, part := range application.Parts(t.Dossier.Track) {
		p.Parts = append(p.Parts, Part{part, t.Dossier.Report[part]})
	}
	p.Proofs = proofs(t, t.Dossier.Exhibits)
	all, err := d.service.Problems(c.UserContext(), login.Actor(c), t.Round.Year)
	p.Found = slices.DeleteFunc(all, func(x evaluation.Problem) bool { return x.Dossier != t.Dossier.Key })
	return p, err
}

// run shows the total so far where the round lets the assessor see it.
func (p *SheetPage) run() {
	if t := p.Work.Terms; t.Round.Settings.ShowOwnTotal && p.Open {
		if total, known := p.Work.Assignment.Sheet.Running(t); known {
			p.Running = total.String()
		}
	}
}

func (p *SheetPage) add(l evaluation.Line, f fields, theirs map[evaluation.Item]fields) {
	if n := len(p.Levels); n == 0 || p.Levels[n-1].Name != l.Indicator.Level1 {
		p.Levels = append(p.Levels, Level{N: n + 1, Name: l.Indicator.Level1})
	}
	level := &p.Levels[len(p.Levels)-1]
	line := p.line(l, f)
	if stored, ok := theirs[l.Item]; ok {
		line.Theirs = stored
	}
	level.Lines = append(level.Lines, line)
	if l.Needed {
		level.Needed++
		p.Needed++
		if !slices.Contains(line.Lacks, evaluation.LacksMark) {
			level.Settled++
			p.Settled++
		}
	}
	level.Gaps += len(line.Lacks)
	p.Gaps += len(line.Lacks)
}

func (p *SheetPage) line(l evaluation.Line, f fields) Line {
	t, n := p.Work.Terms, string(l.Item)
	stored := p.Work.Assignment.Sheet.Verdicts[l.Item]
	line := Line{
		Line: l, Claim: t.Shown(l), Mark: f["mark-"+n], Excused: f["na-"+n] == "yes", Reason: f["reason-"+n],
		Note: f["note-"+n], Proof: f["proof-"+n], Seen: f["seen-"+n], Lacks: t.Lacks(l, stored), Excusable: t.Excusable(l, stored),
	}
	for i, sheet := range p.Work.Others {
		line.Others = append(line.Others, Other{i + 1, sheet.Verdicts[l.Item]})
	}
	if p.Single() {
		return line
	}
	line.Exhibits = proofs(t, t.Dossier.ExhibitsOf(l.Indicator.Number))
	judged := indicators.JudgeAll(l.Indicator.Thresholds, stored.Values, t.Calendar)
	for i, compared := range t.Compare(l) {
		line.Values = append(line.Values, Value{
			Comparison: compared, N: i, Asks: compared.Threshold.Asks(), Found: f.value(n, i), Judge: judged[i],
		})
	}
	return line
}

// opinions puts each opinion under its heading, and the one over all at the end.
func (p *SheetPage) opinions(f fields, theirs map[evaluation.Item]fields) {
	t := p.Work.Terms
	for n, h := range t.Headings() {
		o := p.opinion(h.Opinion, t.Round.Settings.LevelOpinions, f, theirs)
		p.Levels[n].Opinion = &o
		if o.Lacks {
			p.Levels[n].Gaps++
		}
	}
	p.Overall = p.opinion(evaluation.Overall, true, f, theirs)
}

func (p *SheetPage) opinion(item evaluation.Item, required bool, f fields, theirs map[evaluation.Item]fields) Opinion {
	o := Opinion{Item: item, Text: f[string(item)], Seen: f["seen-"+string(item)], Required: required}
	if stored, ok := theirs[item]; ok {
		o.Theirs = stored
	}
	o.Lacks = required && blank(p.Work.Assignment.Sheet.Cell(item).Text)
	if o.Lacks {
		p.Gaps++
	}
	return o
}

func proofs(t evaluation.Terms, exhibits []application.Exhibit) []Proof {
	out := make([]Proof, len(exhibits))
	for i, e := range exhibits {
		out[i] = Proof{Exhibit: e, Late: e.Late(t.Round)}
	}
	return out
}
