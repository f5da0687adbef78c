package report

import (
	"slices"
	"strconv"
	"strings"

	"minyi/survey/release"
	"minyi/survey/tabulate"
)

// The items of the statement that people write, as survey names them.
const (
	onFunding     = "funding"
	onCoverage    = "coverage"
	onCooperation = "cooperation"
	onProcessing  = "processing"
	onLimits      = "limitations"
	onContact     = "contact"
)

// method is the statement by the items of section III.A of the AAPOR Code (April
// 2021), in their order and under their numbers; the last one, whom to ask, is of
// section III.B.
func (w *writer) method() {
	w.heading(1, w.Words("report.method"))
	w.say(w.Words("report.method.text"))
	if w.Document.Method == nil {
		w.say(w.Words("report.method.none"))
		w.weighted()
		w.outcome()
		return
	}
	facts := w.Document.Method.Facts
	w.item("1", "strategy")
	w.say(w.Words("report.method.strategy.text"))
	w.item("2", "sponsor")
	w.facts(Fact{Name: w.Words("report.sponsor"), Text: facts.Sponsor.In(w.Lang)}, Fact{Name: w.Words("report.conductor"), Text: facts.Conductor.In(w.Lang)})
	w.written(onFunding)
	w.item("3", "instrument")
	w.say(w.Words("report.method.instrument.text", "languages", w.languages(facts.Languages), "version", strconv.Itoa(w.Document.Questionnaire.Version)))
	w.item("4", "population")
	w.population()
	w.item("5", "sample")
	w.sample()
	w.written(onCoverage)
	w.item("6", "mode")
	w.modes(facts)
	w.written(onCooperation)
	w.item("7", "dates")
	w.say(w.Words("report.method.dates.text", "from", facts.From, "to", facts.To, "closed", w.Clock(w.Document.ClosedAt)))
	w.item("8", "precision")
	w.precision()
	w.outcome()
	w.item("9", "weighting")
	w.weighted()
	w.item("10", "quality")
	w.quality()
	w.written(onProcessing)
	w.item("11", "limits")
	w.notes()
	w.written(onLimits)
	w.heading(2, w.Words("report.method.contact"))
	w.say(w.Words("report.method.contact.text", "phone", facts.Phone))
	w.written(onContact)
}

// item heads an item of the standard.
func (w *writer) item(number, name string) {
	w.heading(2, number+"  "+w.Words("report.method."+name))
}

// written is what people wrote for an item, or that nobody did although it is
// asked for.
func (w *writer) written(item string) {
	m := w.Document.Method
	k := slices.IndexFunc(m.Written, func(d release.Disclosure) bool { return d.Item == item })
	text := ""
	if k >= 0 {
		text = m.Written[k].Text.In(w.Lang)
	}
	switch {
	case text != "":
		for _, line := range strings.Split(text, "\n") {
			w.say(line)
		}
	case slices.Contains(m.Missing, item):
		w.note(w.Words("report.method.missing", "what", w.Words("report.written."+item)))
	}
}

func (w *writer) languages(codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = w.Words("report.language." + code)
	}
	return strings.Join(names, w.Words("report.and"))
}

func (w *writer) population() {
	d := w.Document
	unit := d.UnitName.In(w.Lang)
	w.say(w.Words("report.method.population.text", "unit", unit))
	if p := d.Result.Weighting.Population; p.Known() && p > 0 {
		w.say(w.Words("report.method.population.size", "people", grouped(int64(p))))
	}
}

func (w *writer) sample() {
	s := w.Document.Sample
	if s == nil {
		w.say(w.Words("report.method.sample.none"))
		return
	}
	w.say(w.Words("report.method.sample.text", "links", count(s.Links)))
	if len(s.Strata) == 0 {
		return
	}
	t := &Table{Caption: w.Words("report.strata"), Columns: []Column{
		{w.Words("report.stratum"), false, 400},
		{w.Words("report.people"), true, 200},
		{w.Words("report.psus"), true, 200},
		{w.Words("report.links"), true, 200},
	}}
	for _, h := range s.Strata {
		t.Rows = append(t.Rows, []string{h.Name, grouped(h.Population), count(h.PSUs), count(h.Links)})
	}
	w.table(t)
}

func (w *writer) modes(f release.Facts) {
	for _, mode := range f.Modes {
		w.say(w.Words("report.mode."+mode, "places", count(f.Posters), "calls", count(f.Calls), "forms", count(f.Forms)))
	}
	if f.Quota {
		w.say(w.Words("report.method.quota"))
	}
}

// precision says how sure the figures are.
func (w *writer) precision() {
	r := w.Document.Result
	weights := r.Weighting
	w.say(w.Words("report.method.precision.text", "n", w.behind(r.Sampled.N), "invited", count(r.Fieldwork.Invited)))
	w.say(w.Words("report.method.precision.design", "deff", decimal(weights.KishDeff), "neff", grouped(whole(weights.KishN)), "se", decimal(r.Sampled.Index.SE)))
}

func whole(n tabulate.Number) int64 {
	if !n.Known() {
		return 0
	}
	return int64(n + 0.5)
}

// outcome are the dispositions of the sample and AAPOR's rates.
func (w *writer) outcome() {
	f, r := w.Document.Result.Fieldwork, w.Document.Result.Rates
	back := f.Complete + f.Partial + f.BreakOff + f.ScreenedOut + f.Refused
	t := &Table{Caption: w.Words("report.dispositions"), Columns: []Column{{w.Words("report.disposition"), false, 700}, {w.Words("report.n"), true, 300}}}
	for _, one := range []struct {
		key string
		n   int
	}{
		{"invited", f.Invited},
		{"complete", f.Complete},
		{"partial", f.Partial},
		{"break_off", f.BreakOff},
		{"screened_out", f.ScreenedOut},
		{"refused", f.Refused},
		{"silent", f.Invited - back},
	} {
		t.Rows = append(t.Rows, []string{w.Words("report.disposition." + one.key), count(one.n)})
	}
	w.table(t)
	rates := &Table{Caption: w.Words("report.rates"), Columns: []Column{{w.Words("report.rate"), false, 700}, {w.Words("report.value"), true, 300}}}
	for _, one := range []struct {
		name string
		v    tabulate.Number
	}{
		{"RR1", r.RR1},
		{"RR2", r.RR2},
		{"RR3", r.RR3},
		{"RR4", r.RR4},
		{"RR5", r.RR5},
		{"RR6", r.RR6},
		{"COOP1", r.COOP1},
		{"REF1", r.REF1},
	} {
		rates.Rows = append(rates.Rows, []string{one.name + "  " + w.Words("report.rate."+one.name), percent(one.v)})
	}
	w.table(rates)
}

// quality says what the review did.
func (w *writer) quality() {
	d := w.Document
	switch {
	case d.Data == nil:
	case d.Data.Excluded > 0:
		w.say(w.Words("report.method.quality.excluded", "n", count(d.Data.Excluded), "all", count(d.Data.Answers)))
	default:
		w.say(w.Words("report.method.quality.none", "all", count(d.Data.Answers)))
	}
}

// notes lists what the tables themselves say of their limits.
func (w *writer) notes() {
	notes := []string{w.Words("report.limits.response"), w.Words("report.limits.memory")}
	for _, code := range w.Document.Result.Notes {
		notes = append(notes, w.Words(code))
	}
	w.list(notes)
}
