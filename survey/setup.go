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
	"minyi/survey/library"
	"minyi/survey/questionnaire"
)

// Order is what creating a survey needs. Edition is a published version of a
// questionnaire of the library; the zero one is the built-in form.
type Order struct {
	Round     int
	Unit      roster.UnitCode
	Window    roster.Window
	Organiser Text
	Agency    Text
	Phone     string
	Edition   library.Ref
	Terms     Terms
	Reason    string // why a unit is surveyed that has not applied; stands in the trail
}

// recall is how many months the questions look back.
const recall = "12"

// Create sets up the survey of one unit in one round. Its window must lie in the
// round's evaluation window (C29, C84); one unit has one survey a round (C31).
func (s *Service) Create(ctx context.Context, by access.Actor, o Order) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	unit, err := s.ordered(ctx, &o)
	if err != nil {
		return nil, err
	}
	printed, err := s.published(ctx, o.Edition)
	if err != nil {
		return nil, err
	}
	paper, err := NewPaper(printed.Form, o.filling(unit))
	if err != nil {
		return nil, err
	}
	paper.Origin = Origin{Ref: printed.Ref, Name: printed.Name, Hash: printed.Hash}
	sv := &Survey{
		ID: ID(s.NewID()), Round: o.Round, Unit: o.Unit, UnitName: Text{Zh: unit.Name, En: unit.Label("en")},
		State: Planned, Window: o.Window, Rehearsal: s.Rehearsal, Paper: paper, Terms: o.Terms,
	}
	entry := s.entry(by, "survey.create", sv.ID)
	entry.Reason = o.Reason
	if err := s.Store.Create(ctx, sv, entry); err != nil {
		return nil, err
	}
	return sv, s.keep(sv)
}

// ordered checks an order and returns its unit.
func (s *Service) ordered(ctx context.Context, o *Order) (roster.Unit, error) {
	unit, err := s.Rounds.Unit(o.Unit)
	if err != nil {
		return unit, err
	}
	round, err := s.Rounds.Round(ctx, o.Round)
	if err != nil {
		return unit, err
	}
	if err := within(o.Window, round.Settings.Evaluation); err != nil {
		return unit, err
	}
	return unit, errors.Join(o.Terms.check(), s.applied(ctx, o, o.Unit))
}

// published returns the version that a survey is made with: nothing but what two
// people published, or the built-in form.
func (s *Service) published(ctx context.Context, r library.Ref) (library.Printed, error) {
	if s.Library == nil && r == (library.Ref{}) {
		return library.BuiltIn()
	}
	if s.Library == nil {
		return library.Printed{}, fault.New(fault.NotFound, "paper.unknown")
	}
	return s.Library.Published(ctx, r)
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
	f.Areas = counties(frame.AreaOf(string(unit.Code)).Code)
	return f
}

// counties are the areas that a resident of a region may name as home.
func counties(home string) (out []questionnaire.AreaOption) {
	for _, a := range frame.Areas() {
		if a.Level == "county" && (home == frame.Region || a.Code == home || a.Parent == home) {
			out = append(out, questionnaire.AreaOption{Code: a.Code, Text: questionnaire.Text{Zh: a.Zh, En: a.En}})
		}
	}
	return out
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
	sv, err := s.Store.ImportFrame(ctx, id, f, s.entry(by, "survey.frame", id), func(sv *Survey) error { return sv.imported(f, nil, 0) })
	if err != nil {
		return nil, err
	}
	if s.Rolls != nil { // what an earlier frame listed
		if _, err := s.Rolls.DropPages(ctx, id, "", ""); err != nil {
			return nil, err
		}
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
	round, err := s.Rounds.Round(ctx, l.survey.Round)
	if err != nil {
		return nil, err
	}
	opening := func(sv *Survey) error {
		sv.Again = round.Settings.AnswerAgain
		return s.starting(sv)
	}
	if err := s.announce(ctx, by, l.survey, opening); err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.open", id), opening)
}

// starting opens a survey, names its log for good, and keeps which privacy notice its
// residents read and by which rules an answer may be left out.
func (s *Service) starting(sv *Survey) error {
	sv.Log, sv.Notice, sv.Exclusions = s.origin(sv), s.Notice, Exclusions()
	return sv.Start(s.Now())
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
