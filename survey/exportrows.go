package survey

import (
	"cmp"
	"context"
	"slices"

	"minyi/indicators/fault"
	"minyi/survey/export"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
	"minyi/survey/tabulate"
)

// exporting is an export on its way: the stored answers and what was made of them.
type exporting struct {
	Exporting
	live    *live
	reading export.Reading
	rows    []exportRow
	texts   [][2]string // question and text
	result  *tabulate.Result
	units   []tabulate.Unit // of the sample
}

// exportRow is one stored answer with its final weight, 0 for none.
type exportRow struct {
	batch    invite.Batch
	packed   string
	excluded bool   // by the review
	mode     string // how it was given; empty where that is not told
	final    float64
}

func (x *exporting) say(key string) export.Name { return x.Words(key, nil) }

// collect reads the answers and the texts.
func (x *exporting) collect(ctx context.Context, s *Service) error {
	if err := x.gather(s); err != nil {
		return err
	}
	if err := x.modes(ctx, s); err != nil {
		return err
	}
	return x.collectTexts(ctx, s)
}

// gather reads the answers, sorts them by what they hold, and weights them.
func (x *exporting) gather(s *Service) error {
	batches := map[uint32]invite.Batch{}
	for _, b := range x.live.survey.Batches {
		batches[b.Number] = b
	}
	err := s.Intake.Answers(x.live.survey.Number, func(batch uint32, packed []byte) error {
		x.rows = append(x.rows, exportRow{batch: batches[batch], packed: string(packed)})
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(x.rows, func(a, b exportRow) int {
		return cmp.Or(cmp.Compare(a.batch.Number, b.batch.Number), cmp.Compare(a.packed, b.packed))
	})
	return x.weigh(s)
}

// weigh makes the tables and the final weights of the sampled answers.
func (x *exporting) weigh(s *Service) error {
	paper, sv := x.live.paper, x.live.survey
	if err := x.exclude(); err != nil {
		return err
	}
	base, err := s.input(x.live)
	if err != nil {
		return err
	}
	in := x.unanswered(base)
	var posters []int
	var of []int
	for i, row := range x.rows {
		sheet, err := paper.Unpack([]byte(row.packed), "")
		if err != nil {
			return err
		}
		if row.excluded || !sheet.Disposition.InScope() {
			continue
		}
		one, unit := person(paper, sheet, in.Others...), unitOf(sv, row.batch)
		one.Stratum, one.PSU, one.Weight = unit.Stratum, unit.PSU, unit.Weight
		if row.batch.Kind == invite.Poster {
			in.Posters, posters = append(in.Posters, one), append(posters, i)
			continue
		}
		in.Sampled, of = append(in.Sampled, one), append(of, i)
	}
	of = append(of, posters...) // whose weights follow where the plan blends
	if x.result, err = tabulate.Tabulate(in); err != nil {
		return err
	}
	final, err := tabulate.Weights(in)
	for k, w := range final {
		x.rows[of[k]].final = w
	}
	return err
}

// unanswered is the survey without its people.
func (x *exporting) unanswered(base tabulate.Survey) tabulate.Input {
	for _, u := range base.Sampled.Units {
		if u.Weight > 0 {
			x.units = append(x.units, u)
		}
	}
	return tabulate.Input{
		Items: base.Items, Population: base.Population, Margins: base.Margins, Fieldwork: base.Fieldwork,
		Plan: base.Plan, Others: x.live.survey.Weighting.questions(), Units: x.units,
	}
}

// person is a sheet as far as estimates need it, with the categories of the questions
// that margins of the agency's own ask for.
func person(q *questionnaire.Questionnaire, sheet questionnaire.Sheet, others ...string) tabulate.Response {
	r := tabulate.Response{
		Sex: q.RoleCode(sheet, questionnaire.RoleSex), Residence: q.RoleCode(sheet, questionnaire.RoleResidence),
		Age: q.AgeMargin(sheet), Insider: q.Flagged(sheet, "insider"),
	}
	for _, one := range q.Scored() {
		r.Points = append(r.Points, q.Point(sheet, one.ID))
	}
	for _, id := range others {
		r.Others = append(r.Others, category(q, sheet, id))
	}
	return r
}

// answer is one row on its way into cells.
type answer struct {
	exportRow
	design float64
	psu    string
	sheet  questionnaire.Sheet
	person tabulate.Response
}

// each calls fn for the cells of each row.
func (x *exporting) each(columns []exportColumn, fn func([]export.Cell) error) error {
	cells := make([]export.Cell, len(columns))
	for _, row := range x.rows {
		sheet, err := x.live.paper.Unpack([]byte(row.packed), "")
		if err != nil {
			return err
		}
		others := x.live.survey.Weighting.questions()
		one := answer{exportRow: row, sheet: sheet, person: person(x.live.paper, sheet, others...), design: x.live.survey.weight(row.batch)}
		one.person.Stratum, one.psu = row.batch.Stratum, row.batch.PSU
		if x.result.Weighting.Blend != nil {
			one.psu = unitOf(x.live.survey, row.batch).PSU
		}
		for i, c := range columns {
			cells[i] = c.cell(&one)
		}
		if err := fn(cells); err != nil {
			return err
		}
	}
	return nil
}

// pack puts everything together that is handed out.
func (x *exporting) pack(ctx context.Context, software string) *export.Package {
	study := x.study(software)
	columns, names := x.columns()
	variables := make([]export.Variable, len(columns))
	for i, c := range columns {
		variables[i] = c.Variable
	}
	return &export.Package{
		Name: "minyi-" + number(x.live.survey.Round) + "-" + string(x.live.survey.Unit),
		Data: &export.Dataset{
			Study: study, Variables: variables, Weight: "weight_final",
			Rows: x.counted(ctx, columns),
		},
		Texts: &export.Dataset{
			Study: study,
			Variables: []export.Variable{
				{Name: "question", Label: x.say("var.question"), Kind: export.Text},
				{Name: "text", Label: x.say("var.text"), Kind: export.Text},
			},
			Rows: x.eachText,
		},
		Analysis: x.analysis(names), Readme: []export.Name{x.say("readme.rows"), x.say("readme.texts"), x.say("readme.script")},
	}
}

func (x *exporting) eachText(fn func([]export.Cell) error) error {
	for _, one := range x.texts {
		if err := fn([]export.Cell{{Text: one[0]}, {Text: one[1]}}); err != nil {
			return err
		}
	}
	return nil
}

// study is what is known of the survey as a whole.
func (x *exporting) study(software string) export.Study {
	sv := x.live.survey
	value := func(name string) export.Name { return export.Name(x.live.paper.Value(name)) }
	subject := value("subject")
	say := func(key string, values map[string]export.Name) export.Name { return x.named(key, values) }
	s := export.Study{
		ID: string(sv.ID), Lang: x.Lang, Software: software, Questionnaire: sv.Paper.Hash, Reading: x.reading,
		From: sv.Window.From.String(), To: sv.Window.To.String(),
		Producer: value("agency"), Organiser: value("organiser"), Place: export.Name(sv.UnitName),
		Title:    say("title", map[string]export.Name{"subject": subject, "year": both(number(sv.Round))}),
		Universe: say("universe", map[string]export.Name{"place": export.Name(sv.UnitName)}),
		Mode:     x.say("mode"), Sampling: x.say("sampling"), Weighting: x.weighting(), Access: x.say("access"),
	}
	s.Read = say("read", map[string]export.Name{
		"reader": both(x.reading.Reader), "at": both(x.reading.At.Format("2006-01-02T15:04:05Z")), "purpose": both(x.reading.Purpose),
	})
	if sv.Rehearsal {
		s.Title = say("rehearsal", map[string]export.Name{"title": s.Title})
	}
	return s
}

func (x *exporting) weighting() export.Name {
	switch w := x.result.Weighting; {
	case w.Blend != nil:
		return x.say("weighting.blended")
	case w.Plan != nil:
		return x.say("weighting.planned")
	}
	if len(x.result.Weighting.Margins) == 0 {
		return x.say("weighting.scaled")
	}
	return x.say("weighting.raked")
}

// named puts texts in both languages into a text.
func (x *exporting) named(key string, values map[string]export.Name) export.Name {
	zh, en := fault.Params{}, fault.Params{}
	for name, v := range values {
		zh[name], en[name] = v.In("zh-CN"), v.In("en")
	}
	return export.Name{Zh: x.Words(key, zh).Zh, En: x.Words(key, en).En}
}

// both is a text that is the same in both languages.
func both(text string) export.Name { return export.Name{Zh: text, En: text} }

// margins are the census variables that weights may meet.
func margins() []string { return []string{frame.Sex, frame.Residence, frame.Age} }
