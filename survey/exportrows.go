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
}

// exportRow is one stored answer with its final weight, 0 for none.
type exportRow struct {
	batch    invite.Batch
	packed   string
	excluded bool // by the review
	final    float64
}

func (x *exporting) say(key string) export.Name { return x.Words(key, nil) }

// collect reads the answers and the texts.
func (x *exporting) collect(ctx context.Context, s *Service) error {
	if err := x.gather(s); err != nil {
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
	in := tabulate.Input{Items: base.Items, Population: base.Population, Margins: base.Margins, Fieldwork: base.Fieldwork}
	var of []int
	for i, row := range x.rows {
		sheet, err := paper.Unpack([]byte(row.packed), "")
		if err != nil {
			return err
		}
		if row.excluded || !sheet.Disposition.InScope() {
			continue
		}
		one := person(paper, sheet)
		if row.batch.Kind == invite.Poster {
			in.Posters = append(in.Posters, one)
			continue
		}
		one.Stratum, one.PSU, one.Weight = row.batch.Stratum, row.batch.PSU, sv.weight(row.batch)
		in.Sampled, of = append(in.Sampled, one), append(of, i)
	}
	if x.result, err = tabulate.Tabulate(in); err != nil {
		return err
	}
	final, err := tabulate.Weights(in)
	for k, w := range final {
		x.rows[of[k]].final = w
	}
	return err
}

// person is a sheet as far as estimates need it.
func person(q *questionnaire.Questionnaire, sheet questionnaire.Sheet) tabulate.Response {
	r := tabulate.Response{
		Sex: q.RoleCode(sheet, questionnaire.RoleSex), Residence: q.RoleCode(sheet, questionnaire.RoleResidence),
		Age: q.AgeMargin(sheet), Insider: q.Flagged(sheet, "insider"),
	}
	for _, one := range q.Scored() {
		r.Points = append(r.Points, q.Point(sheet, one.ID))
	}
	return r
}

// answer is one row on its way into cells.
type answer struct {
	exportRow
	design float64
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
		one := answer{exportRow: row, sheet: sheet, person: person(x.live.paper, sheet), design: x.live.survey.weight(row.batch)}
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
func (x *exporting) pack(software string) *export.Package {
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
			Rows: func(fn func([]export.Cell) error) error { return x.each(columns, fn) },
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
