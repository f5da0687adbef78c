package survey

import (
	"context"
	"errors"
	"io"
	"strings"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// Order is what creating a survey needs. Form is the questionnaire's JSON, empty
// for the default one.
type Order struct {
	Round     int
	Unit      roster.UnitCode
	Window    roster.Window
	Organiser Text
	Agency    Text
	Phone     string
	Form      []byte
	Terms     Terms
}

// recall is how many months the questions look back.
const recall = "12"

// Create sets up the survey of one unit in one round. Its window must lie in the
// round's evaluation window (C29, C84); one unit has one survey a round (C31).
func (s *Service) Create(ctx context.Context, by access.Actor, o Order) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	unit, err := s.Rounds.Unit(o.Unit)
	if err != nil {
		return nil, err
	}
	round, err := s.Rounds.Round(ctx, o.Round)
	if err != nil {
		return nil, err
	}
	if err := within(o.Window, round.Settings.Evaluation); err != nil {
		return nil, err
	}
	if err := o.Terms.check(); err != nil {
		return nil, err
	}
	if len(o.Form) == 0 {
		o.Form = questionnaire.Default()
	}
	paper, err := NewPaper(o.Form, o.filling(unit))
	if err != nil {
		return nil, err
	}
	sv := &Survey{
		ID: ID(s.NewID()), Round: o.Round, Unit: o.Unit, UnitName: Text{Zh: unit.Name, En: unit.Label("en")},
		State: Planned, Window: o.Window, Rehearsal: s.Rehearsal, Paper: paper, Terms: o.Terms,
	}
	if err := s.Store.Create(ctx, sv, s.entry(by, "survey.create", sv.ID)); err != nil {
		return nil, err
	}
	return sv, s.keep(sv)
}

func within(w, outer roster.Window) error {
	bad := w.From.IsZero() || w.To.IsZero() || w.To.Before(w.From) || w.From.Before(outer.From) || outer.To.Before(w.To)
	if bad {
		return fault.New(fault.Invalid, "survey.window", "from", outer.From.String(), "to", outer.To.String()).At("from")
	}
	return nil
}

// filling is what the questionnaire says of this survey: whom it is about, who
// asks, and the counties whose residents are meant.
func (o Order) filling(unit roster.Unit) questionnaire.Filling {
	f := questionnaire.Filling{
		System: string(unit.System()),
		Values: map[string]questionnaire.Text{
			"subject": subject(unit), "organiser": questionnaire.Text(o.Organiser), "agency": questionnaire.Text(o.Agency),
			"phone": {Zh: o.Phone, En: o.Phone}, "months": {Zh: recall, En: recall},
		},
	}
	home := frame.AreaOf(string(unit.Code)).Code
	for _, a := range frame.Areas() {
		if a.Level == "county" && (home == frame.Region || a.Code == home || a.Parent == home) {
			f.Areas = append(f.Areas, questionnaire.AreaOption{Code: a.Code, Text: questionnaire.Text{Zh: a.Zh, En: a.En}})
		}
	}
	return f
}

// subject names the evaluated body as residents know it.
func subject(unit roster.Unit) questionnaire.Text {
	if unit.Kind == roster.Bureau {
		return questionnaire.Text{Zh: "自治区" + strings.TrimPrefix(unit.Name, "自治区"), En: unit.Label("en")}
	}
	return questionnaire.Text{Zh: unit.Name + "政府及其部门", En: "the government of " + unit.Label("en") + " and its departments"}
}

// ImportFrame reads a sampling frame from CSV in place of an earlier one; see
// frame.ReadCSV for the columns and for how mistakes are named.
func (s *Service) ImportFrame(ctx context.Context, by access.Actor, id ID, csv io.Reader) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	f, err := frame.ReadCSV(csv)
	if err != nil {
		return nil, err
	}
	sv, err := s.Store.ImportFrame(ctx, id, f, s.entry(by, "survey.frame", id), func(sv *Survey) error { return sv.Frame(f) })
	if err != nil {
		return nil, err
	}
	return sv, s.keep(sv)
}

// Frame returns the sampling frame of a survey; an empty one before its import.
func (s *Service) Frame(ctx context.Context, by access.Actor, id ID) (frame.Frame, error) {
	if err := by.Require(access.Agency); err != nil {
		return frame.Frame{}, err
	}
	return s.Store.Frame(ctx, id)
}

// Draw draws the sample by its plan's seed and issues the one-time links.
func (s *Service) Draw(ctx context.Context, by access.Actor, id ID, plan frame.Plan) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	f, err := s.Store.Frame(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.draw", id), func(sv *Survey) error { return sv.Draw(f, plan) })
}

// Start opens a survey for answers.
func (s *Service) Start(ctx context.Context, by access.Actor, id ID) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	if s.Vault != nil && l.survey.State == Planned { // before the survey opens, so that a failing folder shows in time
		if _, err := s.Vault.Make(string(id)); err != nil {
			return nil, errors.Join(fault.New(fault.Unavailable, "store.unavailable"), err)
		}
	}
	return s.update(ctx, id, s.entry(by, "survey.open", id), func(sv *Survey) error { return sv.Start(s.Now()) })
}

// Link is one link with what its batch says of it.
type Link struct {
	Token string
	Batch invite.Batch
	Spent bool // of one-time links; never of posters
}

// Links calls fn for every link of a survey of one kind. The tokens are made
// anew each time; that they were handed out is an entry in the trail.
func (s *Service) Links(ctx context.Context, by access.Actor, id ID, kind invite.Kind, fn func(Link) error) error {
	if err := by.Require(access.Agency); err != nil {
		return err
	}
	l, err := s.get(id)
	if err != nil {
		return err
	}
	action := "survey.links"
	if kind == invite.Poster {
		action = "survey.posters"
	}
	if err := s.Store.Record(ctx, s.entry(by, action, id)); err != nil {
		return err
	}
	for _, b := range l.survey.Batches {
		if b.Kind != kind {
			continue
		}
		for serial := b.First; serial <= b.Last(); serial++ {
			t := invite.Token{Survey: l.survey.Number, Serial: serial}
			link := Link{Token: s.Signer.Format(t), Batch: b, Spent: kind == invite.OneTime && s.Intake.Spent(t.Survey, t.Serial)}
			if err := fn(link); err != nil {
				return err
			}
		}
	}
	return nil
}
