package feedback

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Store keeps what was released. A method that takes an entry stores it in the same
// transaction.
type Store interface {
	Dossier(ctx context.Context, k application.Key) (*application.Dossier, error)
	AssignmentsOfDossier(ctx context.Context, k application.Key) ([]evaluation.Assignment, error)
	Results(ctx context.Context, round int) ([]evaluation.Result, error)
	// Feedbacks returns the newest released report of every applicant of a round.
	Feedbacks(ctx context.Context, round int) ([]Report, error)
	// UnitFeedbacks returns the newest released reports of a unit, newest round first.
	UnitFeedbacks(ctx context.Context, unit roster.UnitCode) ([]Report, error)
	// AddFeedbacks keeps reports, each as one version more of its applicant's.
	AddFeedbacks(ctx context.Context, list []Report, entry audit.Entry) error
}

// Book opens the round's findings to the office; each reading is logged.
type Book interface {
	Read(ctx context.Context, by access.Actor, round int) ([]scorebook.Finding, error)
}

// Terms gives what a dossier is measured by.
type Terms interface {
	Terms(ctx context.Context, k application.Key) (application.Terms, error)
}

// Roster gives units, rounds and schemes.
type Roster interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
	Round(ctx context.Context, year int) (*roster.Round, error)
	Scheme(ctx context.Context, year int) (*indicators.Scheme, error)
}

// Surveys gives what the signed release of a unit's survey says, nil where there is
// none.
type Surveys interface {
	Released(ctx context.Context, by access.Actor, round int, unit roster.UnitCode) (*Survey, error)
}

// Public says from when on everybody may read a round's results: the first moment of
// the public notice; the zero time while there is none.
type Public interface {
	PublicSince(ctx context.Context, round int) (time.Time, error)
}

// Poster tells people what waits for them.
type Poster interface {
	Post(ctx context.Context, m inbox.Message) error
}

// Config is what a Service needs.
type Config struct {
	Store   Store
	Book    Book
	Terms   Terms
	Roster  Roster
	Surveys Surveys
	Public  Public
	Poster  Poster
	Now     func() time.Time // programme clock
}

// Service makes, releases and shows feedback.
type Service struct{ Config }

// NewService makes a Service.
func NewService(cfg Config) *Service { return &Service{cfg} }

func unknown() error { return fault.New(fault.NotFound, "feedback.unknown") }

// Line is one applicant on the office's desk.
type Line struct {
	Report   *Report // as it would be released now
	Released *Report // newest; nil: nothing was
}

// Changed reports whether what was released is not what would be released now.
func (l Line) Changed() bool { return l.Released != nil && l.Released.Digest != l.Report.Digest }

// Desk is one round as the office sees it.
type Desk struct {
	Round  int
	Public bool // the results are public: reports may be released
	Lines  []Line
}

// Desk shows the office every applicant's report as it would be released now. It is
// made of marks: the reading is logged (C97).
func (s *Service) Desk(ctx context.Context, by access.Actor, round int) (*Desk, error) {
	all, err := s.gather(ctx, by, round)
	if err != nil {
		return nil, err
	}
	old, err := s.Store.Feedbacks(ctx, round)
	if err != nil {
		return nil, err
	}
	d := &Desk{Round: round}
	if d.Public, err = s.public(ctx, round); err != nil {
		return nil, err
	}
	for _, a := range all {
		line := Line{Report: compose(a, all)}
		if line.Report.Digest, err = digest(line.Report); err != nil {
			return nil, err
		}
		if n := slices.IndexFunc(old, func(r Report) bool { return r.Key == a.key }); n >= 0 {
			line.Released = &old[n]
		}
		d.Lines = append(d.Lines, line)
	}
	return d, nil
}

func (s *Service) public(ctx context.Context, round int) (bool, error) {
	since, err := s.Public.PublicSince(ctx, round)
	return !since.IsZero() && !s.Now().Before(since), err
}

// gather reads everything that the reports of a round are made of.
func (s *Service) gather(ctx context.Context, by access.Actor, round int) ([]applicantData, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	findings, err := s.Book.Read(ctx, by, round)
	if err != nil {
		return nil, err
	}
	results, err := s.Store.Results(ctx, round)
	if err != nil {
		return nil, err
	}
	scheme, err := s.Roster.Scheme(ctx, round)
	if err != nil {
		return nil, err
	}
	r, err := s.Roster.Round(ctx, round)
	if err != nil {
		return nil, err
	}
	var out []applicantData
	for _, f := range findings {
		if f.Instrument != scorebook.Evaluation {
			continue
		}
		a, err := s.applicant(ctx, f.Key, results, *scheme)
		if err != nil {
			return nil, err
		}
		if a.key.Track == roster.Comprehensive {
			a.levels = levelsOf(a.items, r.Settings.ReasonBelow)
		}
		a.parts = partsOf(findings, f.Key)
		if a.survey, err = s.Surveys.Released(ctx, by, round, f.Unit); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b applicantData) int { return strings.Compare(string(a.key.ID()), string(b.key.ID())) })
	return out, nil
}

// applicant reads the sheets of one dossier that count.
func (s *Service) applicant(ctx context.Context, f scorebook.Key, results []evaluation.Result, scheme indicators.Scheme) (applicantData, error) {
	k := application.Key{Round: f.Round, Unit: f.Unit, Track: f.Track}
	out := applicantData{key: k}
	unit, err := s.Roster.Unit(k.Unit)
	if err != nil {
		return out, err
	}
	out.kind = unit.Group()
	n := slices.IndexFunc(results, func(r evaluation.Result) bool { return r.Dossier == k })
	if n < 0 {
		return out, nil // marked outside: there are no sheets to tell of
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return out, err
	}
	terms, err := s.Terms.Terms(ctx, k)
	if err != nil {
		return out, err
	}
	sheets, err := s.Store.AssignmentsOfDossier(ctx, k)
	if err != nil {
		return out, err
	}
	sheets = slices.DeleteFunc(sheets, func(a evaluation.Assignment) bool { return !slices.Contains(results[n].Counted, a.Assessor) })
	out.sheets = len(sheets)
	out.items, err = itemsOf(sheets, evaluation.Terms{Terms: terms, Scheme: scheme, Dossier: d}.Lines(), d.Claims)
	return out, err
}

// partsOf are the applicant's own marks by instrument.
func partsOf(findings []scorebook.Finding, k scorebook.Key) (out []Part) {
	for _, i := range []scorebook.Instrument{scorebook.Evaluation, scorebook.Survey, scorebook.Verification} {
		for _, f := range findings {
			if f.Instrument == i && f.Unit == k.Unit && (f.Track == k.Track || f.Track == "") {
				out = append(out, Part{Instrument: i, Mark: f.Mark, SE: f.SE, Low: f.Low, High: f.High})
			}
		}
	}
	return out
}

// digest is that of what a report says.
func digest(r *Report) (string, error) {
	plain := *r
	plain.Version, plain.Reason, plain.At, plain.By, plain.Digest = 0, "", time.Time{}, "", ""
	raw, err := json.Marshal(plain)
	if err != nil {
		return "", fmt.Errorf("feedback: %w", err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}

// Preview shows the office one report as it would be released now.
func (s *Service) Preview(ctx context.Context, by access.Actor, k application.Key) (*Line, error) {
	d, err := s.Desk(ctx, by, k.Round)
	if err != nil {
		return nil, err
	}
	n := slices.IndexFunc(d.Lines, func(l Line) bool { return l.Report.Key == k })
	if n < 0 {
		return nil, unknown()
	}
	return &d.Lines[n], nil
}

const reasonMost = 500

// Release releases the reports of the named applicants, of all where none is named,
// in one decision (C49). It is refused with feedback.early before the round's
// results are public. What was released stays as it is where nothing has changed;
// where something has, a new version needs a reason that the unit reads.
func (s *Service) Release(ctx context.Context, by access.Actor, round int, which []application.Key, reason string) (int, error) {
	d, err := s.Desk(ctx, by, round)
	if err != nil {
		return 0, err
	}
	if !d.Public {
		return 0, fault.New(fault.Closed, "feedback.early")
	}
	var words fault.List
	words.Words(fault.Words{Field: "reason", Value: &reason, Most: reasonMost, Lines: true})
	if err := words.Err(); err != nil {
		return 0, err
	}
	list, names, err := d.chosen(which, by, reason, s.Now().UTC().Truncate(time.Millisecond))
	if err != nil || len(list) == 0 {
		return 0, err
	}
	entry := audit.Entry{
		At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: "feedback.release", Object: "feedback/" + strconv.Itoa(round),
		Reason: reason, After: strings.Join(names, " "),
	}
	if err := s.Store.AddFeedbacks(ctx, list, entry); err != nil {
		return 0, err
	}
	for _, r := range list {
		err := s.Poster.Post(ctx, inbox.Message{
			Code: "feedback.released", To: inbox.ToUnit(string(r.Key.Unit)), Params: map[string]string{"year": strconv.Itoa(round)},
			Link: fmt.Sprintf("/apply/feedback/%d/%s", round, r.Key.Track), Key: fmt.Sprintf("feedback/%s/%d", r.Key.ID(), r.Version),
		})
		if err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// chosen are the reports to release, with their applicants and digests for the trail.
func (d *Desk) chosen(which []application.Key, by access.Actor, reason string, at time.Time) (out []Report, names []string, err error) {
	for _, k := range which {
		if !slices.ContainsFunc(d.Lines, func(l Line) bool { return l.Report.Key == k }) {
			return nil, nil, unknown()
		}
	}
	for _, l := range d.Lines {
		if len(which) > 0 && !slices.Contains(which, l.Report.Key) || l.Released != nil && !l.Changed() {
			continue
		}
		r := *l.Report
		r.Version, r.At, r.By = 1, at, by.Name
		if l.Released != nil {
			if reason == "" {
				return nil, nil, fault.New(fault.Invalid, "feedback.reason").At("reason")
			}
			r.Version, r.Reason = l.Released.Version+1, reason
		}
		out = append(out, r)
		names = append(names, string(r.Key.ID())+":"+r.Digest)
	}
	return out, names, nil
}

// Owns are the reports that were released to the actor's unit, newest round first.
func (s *Service) Owns(ctx context.Context, by access.Actor) ([]Report, error) {
	if err := by.Require(access.Applicant); err != nil {
		return nil, err
	}
	all, err := s.Store.UnitFeedbacks(ctx, roster.UnitCode(by.Unit))
	for i := range all {
		all[i].By = ""
	}
	return all, err
}

// Own is one report that was released to the actor's unit; anything else is as if it
// were not there.
func (s *Service) Own(ctx context.Context, by access.Actor, round int, track roster.Track) (*Report, error) {
	all, err := s.Owns(ctx, by)
	if err != nil {
		return nil, err
	}
	n := slices.IndexFunc(all, func(r Report) bool { return r.Key.Round == round && r.Key.Track == track })
	if n < 0 {
		return nil, unknown()
	}
	return &all[n], nil
}
