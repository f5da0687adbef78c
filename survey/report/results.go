package report

import (
	"math"
	"slices"
	"strings"

	"minyi/survey/result/picture"
	"minyi/survey/tabulate"
)

// pictureWidth is how wide pictures are drawn, in points: on paper they are made
// smaller, so that their words are as large as those about them.
const pictureWidth = 620

// results are the tables and pictures.
func (w *writer) results() {
	r := w.Document.Result
	w.heading(1, w.Words("report.results"))
	w.draw(w.overview(r.Sampled.Items))
	w.table(w.items(w.Words("report.items"), r.Sampled.Items))
	w.list([]string{w.Words("report.items.share"), w.Words("report.items.mean"), w.Words("report.items.interval"), w.Words("report.items.apart")})
	w.thresholds(r.Sampled.Items)
	w.without(r)
	w.compared()
	w.posters(r)
}

// question is the wording of an item.
func (w *writer) question(id string) string {
	q, ok := w.Paper.Question(id)
	if !ok {
		return id
	}
	return id + " " + q.Text.In(w.Lang)
}

// overview draws the share satisfied with each item.
func (w *writer) overview(items []tabulate.ItemTable) picture.Picture {
	rows := make([]picture.Row, len(items))
	for i, one := range items {
		e := one.Satisfied
		rows[i] = picture.Row{Label: strings.Replace(w.question(one.ID), " ", "\u00a0", 1), Est: float64(e.Est), Low: float64(e.Low), High: float64(e.High)}
		rows[i].Value = percent(e.Est) + " (" + between(e.Low, e.High, percent) + ")"
		if w.few(e.N) || !e.Est.Known() {
			rows[i].Est, rows[i].Low, rows[i].High = math.NaN(), math.NaN(), math.NaN()
			rows[i].Value, rows[i].Hidden = "", w.shown(e.N, none)
		}
	}
	title := w.Words("report.picture.items")
	return picture.Intervals(title, w.Words("report.picture.items.text"), pictureWidth, picture.Percent(w.Words("report.share")), rows)
}

// items is the table of the items.
func (w *writer) items(caption string, items []tabulate.ItemTable) *Table {
	t := &Table{Caption: caption, Columns: []Column{
		{w.Words("report.item"), false, 335},
		{w.Words("report.n"), true, 75},
		{w.Words("report.share"), true, 100},
		{w.Words("report.interval"), true, 155},
		{w.Words("report.mean"), true, 75},
		{w.Words("report.interval"), true, 145},
		{w.Words("report.dontknow"), true, 115},
	}}
	for _, one := range items {
		n := one.Satisfied.N
		apart := min(one.DontKnow.N, one.NoAnswer.N)
		t.Rows = append(t.Rows, []string{
			w.question(one.ID), w.behind(n),
			w.shown(n, percent(one.Satisfied.Est)), w.shown(n, between(one.Satisfied.Low, one.Satisfied.High, percent)),
			w.shown(n, decimal(one.Mean.Est)), w.shown(n, between(one.Mean.Low, one.Mean.High, decimal)),
			w.shown(apart, percent(one.DontKnow.Est)),
		})
	}
	return t
}

// thresholds lists what the data show to be reached, for the items behind an
// indicator with a threshold.
func (w *writer) thresholds(items []tabulate.ItemTable) {
	t := &Table{Caption: w.Words("report.threshold"), Columns: []Column{
		{w.Words("report.indicator"), false, 150},
		{w.Words("report.item"), false, 550},
		{w.Words("report.atleast"), true, 300},
	}}
	for _, one := range items {
		if one.Indicator != "" && one.AtLeast.Known() {
			t.Rows = append(t.Rows, []string{one.Indicator, w.question(one.ID), w.shown(one.Satisfied.N, percent(one.AtLeast))})
		}
	}
	if len(t.Rows) > 0 {
		w.heading(2, w.Words("report.threshold"))
		w.say(w.Words("report.threshold.text"))
		w.table(t)
	}
}

// without is the table without those who work for the evaluated body. It is left
// out where they are so few that the difference of the two would tell of them.
func (w *writer) without(r *tabulate.Result) {
	if r.Insiders == 0 {
		return
	}
	w.heading(2, w.Words("report.insiders"))
	if w.few(r.Insiders) || r.WithoutInsiders == nil {
		w.say(w.Words("report.insiders.few", "n", w.behind(r.Insiders)))
		return
	}
	w.say(w.Words("report.insiders.text", "n", count(r.Insiders)))
	w.table(w.items(w.Words("report.insiders.table"), r.WithoutInsiders.Items))
}

// compared shows the official figures beside those with the answers that the
// review left out; not where these are few, as the difference would tell of them.
func (w *writer) compared() {
	d := w.Document
	if d.Data == nil || d.AllAnswers == nil && d.Data.Excluded == 0 {
		return
	}
	w.heading(2, w.Words("report.compared"))
	if w.few(d.Data.Excluded) || d.AllAnswers == nil {
		w.say(w.Words("report.compared.few", "n", w.behind(d.Data.Excluded)))
		return
	}
	official, all := d.Result.Sampled, *d.AllAnswers
	w.say(w.Words("report.compared.text", "n", w.behind(d.Data.Excluded)))
	t := &Table{Caption: w.Words("report.compared.table"), Columns: []Column{
		{w.Words("report.figure"), false, 460},
		{w.Words("report.compared.official"), true, 180},
		{w.Words("report.compared.all"), true, 180},
		{w.Words("report.compared.difference"), true, 180},
	}}
	add := func(name string, n int, a, b tabulate.Number, write func(tabulate.Number) string) {
		t.Rows = append(t.Rows, []string{name, w.shown(n, write(a)), w.shown(n, write(b)), w.shown(n, signed(write(b-a)))})
	}
	add(w.Words("report.index"), official.N, official.Index.Est, all.Index.Est, decimal)
	add(w.Words("report.overall"), official.N, official.Satisfied.Est, all.Satisfied.Est, percent)
	for i, one := range official.Items {
		if k := slices.IndexFunc(all.Items, func(o tabulate.ItemTable) bool { return o.ID == one.ID && o.Satisfied.N > 0 }); k >= 0 {
			add(w.question(one.ID), min(one.Satisfied.N, all.Items[k].Satisfied.N), official.Items[i].Satisfied.Est, all.Items[k].Satisfied.Est, percent)
		}
	}
	w.table(t)
}

// signed puts a plus before a difference that is above zero.
func signed(text string) string {
	if text == none || text[0] == '-' {
		return text
	}
	return "+" + text
}

// posters is the table of the poster answers, apart from all others.
func (w *writer) posters(r *tabulate.Result) {
	if r.PosterN == 0 {
		return
	}
	w.heading(2, w.Words("report.posters"))
	w.say(w.Words("report.posters.text", "n", w.behind(r.PosterN)))
	if w.few(r.PosterN) {
		return
	}
	t := &Table{Caption: w.Words("report.posters.table"), Columns: []Column{
		{w.Words("report.item"), false, 550},
		{w.Words("report.n"), true, 150},
		{w.Words("report.share"), true, 150},
		{w.Words("report.mean"), true, 150},
	}}
	for _, one := range r.Posters {
		t.Rows = append(t.Rows, []string{w.question(one.ID), w.behind(one.N), w.shown(one.N, percent(one.Satisfied)), w.shown(one.N, decimal(one.Mean))})
	}
	w.table(t)
}
