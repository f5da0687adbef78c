package register

import (
	"strconv"

	"minyi/survey"
	"minyi/survey/release"
	"minyi/survey/tabulate"
)

// FiguresSchema is the format of a result's figures for everybody.
const FiguresSchema = "minyi-published/1"

// usualLeast is the fewest answers behind a figure of documents that name none.
const usualLeast = 10

// Figures are what everybody may read of a unit's survey: the figures of the signed
// release without those that fewer people than Least are behind, and what they rest
// on.
type Figures struct {
	Schema    string       `json:"schema"`
	Round     int          `json:"round"`
	Unit      string       `json:"unit"`
	UnitName  release.Name `json:"unit_name"`
	Rehearsal bool         `json:"rehearsal"`
	Revision  int          `json:"revision"`
	Reason    string       `json:"reason,omitempty"` // of a correction
	Release   string       `json:"release_sha256"`   // digest of the signed document
	Least     int          `json:"least"`            // people behind a figure that is shown

	N         int             `json:"n"`       // answers; 0 where fewer than Least
	Invited   int             `json:"invited"` // one-time links
	RR2       tabulate.Number `json:"aapor_rr2"`
	Index     Figure          `json:"index"` // on 0 to 100
	Satisfied Figure          `json:"satisfied"`
	Items     []Question      `json:"items"`
	Posters   int             `json:"poster_answers"` // apart, in no figure; 0 where fewer than Least

	Questionnaire release.Questionnaire `json:"questionnaire"`
	From          string                `json:"from"`
	To            string                `json:"to"`
	Conductor     release.Name          `json:"conductor"`
	Sampling      Sampling              `json:"sampling"`
	Weighting     Weighting             `json:"weighting"`
	Limits        []string              `json:"limits"` // codes
	Deputies      *Deputies             `json:"deputies,omitempty"`
}

// Figure is an estimate with its 95 % interval; what is hidden or not known is null.
type Figure struct {
	Est    tabulate.Number `json:"est"`
	Low    tabulate.Number `json:"low"`
	High   tabulate.Number `json:"high"`
	Hidden bool            `json:"hidden,omitempty"` // too few people are behind it
}

// Question is one question.
type Question struct {
	ID        string       `json:"id"`
	Text      release.Name `json:"text"`
	Indicator string       `json:"indicator,omitempty"`
	N         int          `json:"n"` // 0 where fewer than Least
	Satisfied Figure       `json:"satisfied"`
	Mean      Figure       `json:"mean"`
}

// Sampling says how people were chosen.
type Sampling struct {
	Strata int `json:"strata"`
	Places int `json:"places"`
	Links  int `json:"links"`
}

// Weighting says how the answers were weighted.
type Weighting struct {
	Margins []string        `json:"margins"`
	Deff    tabulate.Number `json:"kish_deff"`
}

// Deputies is the small survey of deputies and committee members.
type Deputies struct {
	Asked   int             `json:"asked"`
	RR2     tabulate.Number `json:"aapor_rr2"`
	Release string          `json:"release_sha256"`
	Items   []Question      `json:"items"`
}

func hidden() Figure {
	nan := unknown()
	return Figure{nan, nan, nan, true}
}

// figuresOf takes from a release what everybody may read.
func figuresOf(p survey.Public) (*Figures, error) {
	d := p.Release.Document
	f := &Figures{
		Schema: FiguresSchema, Round: d.Round, Unit: d.Unit, UnitName: d.UnitName, Rehearsal: d.Rehearsal,
		Revision: d.Revision, Reason: d.Reason, Release: p.Release.Draft.Digest, Least: max(d.Least, 1),
		Invited: d.Result.Fieldwork.Invited, RR2: d.Result.Rates.RR2, Questionnaire: d.Questionnaire,
		Limits: []string{"interval", "response", "opinion"},
	}
	if d.Least == 0 {
		f.Least = usualLeast
	}
	t := d.Result.Sampled
	f.N, f.Index, f.Satisfied = f.shown(t.N), f.figure(t.N, t.Index), f.figure(t.N, t.Satisfied)
	paper, err := p.Release.Survey.Paper.Questionnaire()
	if err != nil {
		return nil, err
	}
	for _, i := range t.Items {
		one := Question{ID: i.ID, Indicator: i.Indicator, N: f.shown(i.Satisfied.N), Satisfied: f.figure(i.Satisfied.N, i.Satisfied), Mean: f.figure(i.Mean.N, i.Mean)}
		if q, ok := paper.Question(i.ID); ok {
			one.Text = release.Name{Zh: q.Text.In("zh-CN"), En: q.Text.In("en")}
		}
		f.Items = append(f.Items, one)
	}
	if f.Posters = f.shown(d.Result.PosterN); d.Result.PosterN > 0 {
		f.Limits = append(f.Limits, "poster")
	}
	f.rests(d)
	return f, f.deputies(p.Deputies)
}

// rests says what the figures rest on.
func (f *Figures) rests(d *release.Document) {
	if d.Method != nil {
		f.From, f.To, f.Conductor = d.Method.Facts.From, d.Method.Facts.To, d.Method.Facts.Conductor
	}
	if d.Sample != nil {
		f.Sampling = Sampling{Strata: len(d.Sample.Strata), Links: d.Sample.Links}
		for _, h := range d.Sample.Strata {
			f.Sampling.Places += h.PSUs
		}
	}
	f.Weighting = Weighting{Margins: []string{}, Deff: d.Result.Weighting.KishDeff}
	for _, m := range d.Result.Weighting.Margins {
		f.Weighting.Margins = append(f.Weighting.Margins, m.Variable)
	}
}

func (f *Figures) deputies(r *survey.CensusRelease) error {
	if r == nil {
		return nil
	}
	paper, err := r.Survey.Paper.Questionnaire()
	if err != nil {
		return err
	}
	d := r.Document
	out := &Deputies{Asked: d.Result.Fieldwork.Invited, RR2: d.Result.Rates.RR2, Release: r.Draft.Digest}
	for _, i := range d.Result.Items {
		one := Question{ID: i.ID, Indicator: i.Indicator, Satisfied: hidden(), Mean: Figure{Est: unknown(), Low: unknown(), High: unknown()}}
		if !i.Hidden {
			one.N, one.Satisfied = i.N, Figure{Est: i.Est, Low: i.Low, High: i.High}
		}
		if q, ok := paper.Question(i.ID); ok {
			one.Text = release.Name{Zh: q.Text.In("zh-CN"), En: q.Text.In("en")}
		}
		out.Items = append(out.Items, one)
	}
	f.Deputies = out
	return nil
}

// shown is a count that may be told, 0 for one that may not.
func (f *Figures) shown(n int) int {
	if n < f.Least {
		return 0
	}
	return n
}

// figure is an estimate, hidden where too few people are behind it.
func (f *Figures) figure(n int, e tabulate.Estimate) Figure {
	if n < f.Least {
		return hidden()
	}
	return Figure{Est: e.Est, Low: e.Low, High: e.High}
}

// rows are the figures as lines of a table: unit, question, answers, estimate and
// interval.
func (f *Figures) rows(lang string, say func(key string, pairs ...string) string) (out [][]string) {
	line := func(name string, n int, one Figure) {
		count := strconv.Itoa(n)
		if n == 0 {
			count = say("published.few", "n", strconv.Itoa(f.Least))
		}
		out = append(out, []string{
			strconv.Itoa(f.Round), f.Unit, f.UnitName.In(lang), name, count, one.text(one.Est, say), one.text(one.Low, say), one.text(one.High, say),
		})
	}
	line(say("published.index"), f.N, f.Index)
	line(say("published.share"), f.N, f.Satisfied)
	for _, i := range f.Items {
		line(i.ID+" "+i.Text.In(lang), i.N, i.Satisfied)
	}
	if f.Deputies != nil {
		for _, i := range f.Deputies.Items {
			line(say("published.deputies")+" "+i.ID+" "+i.Text.In(lang), i.N, i.Satisfied)
		}
	}
	return out
}

// text writes a number of a table in full, empty where it is not known.
func (f Figure) text(n tabulate.Number, say func(key string, pairs ...string) string) string {
	switch {
	case f.Hidden:
		return say("published.hidden")
	case !n.Known():
		return ""
	}
	const digits = 4
	return strconv.FormatFloat(float64(n), 'f', digits, 64)
}
