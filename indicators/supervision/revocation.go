package supervision

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// Ground is one of the four grounds on which a name is revoked (C44).
type Ground string

// The grounds, in the order of the notice.
const (
	Grave Ground = "grave" // a gravely unlawful act, or great harm by doing nothing or doing wrong (C45)
	Fraud Ground = "fraud" // the name was got by untrue material, hidden facts or other improper means (C46)
	Below Ground = "below" // a spot check has shown that the conditions are not met any more (C47)
	Other Ground = "other" // other circumstances, which must be written out (C48)
)

// Grounds returns the four grounds in the order of the notice.
func Grounds() []Ground { return []Ground{Grave, Fraud, Below, Other} }

// Means are the improper means of the second ground (C46).
type Means string

// The means. Tampered is what spoils the survey of residents.
const (
	Untrue   Means = "untrue"
	Hidden   Means = "hidden"
	Tampered Means = "tampered"
	Improper Means = "improper"
)

// AllMeans returns the means in the order of the notice.
func AllMeans() []Means { return []Means{Untrue, Hidden, Tampered, Improper} }

// Draft is what the office writes when it proposes to revoke a name.
type Draft struct {
	Grounds  []Ground
	Means    []Means     // of the ground Fraud (C46)
	Text     string      // the facts; with the ground Other, what the circumstances are (C48)
	Event    roster.Date // of the ground Grave: when it happened
	Distinct bool        // the event is another than the one for which marks were taken off (C45, C69)
	Words    string      // the notice to everybody
}

// Statement is what the unit says before its name is revoked; an empty text says
// that it has nothing to say.
type Statement struct {
	Text  string          `json:"text,omitempty"`
	Files []evidence.File `json:"files,omitempty"`
	By    string          `json:"by"`
	At    time.Time       `json:"at"`
}

// Revocation is a proposal to revoke a name, what the unit says of it, and the
// decision once a second person has made it.
type Revocation struct {
	ID        string          `json:"id"`
	Naming    string          `json:"naming"`
	Grounds   []Ground        `json:"grounds"`
	Means     []Means         `json:"means,omitempty"`
	Text      string          `json:"text"`
	Event     roster.Date     `json:"event,omitzero"`
	Distinct  bool            `json:"distinct,omitempty"`
	Words     string          `json:"words"`
	Evidence  []evidence.File `json:"evidence"`
	By        string          `json:"by"`
	At        time.Time       `json:"at"`
	Until     roster.Date     `json:"until,omitzero"` // last day on which the unit may answer
	Statement *Statement      `json:"statement,omitempty"`
	Document  string          `json:"document"`          // of the decision
	Date      roster.Date     `json:"date,omitzero"`     // of the decision; the name is invalid from it
	Body      roster.Revoker  `json:"body,omitempty"`    // who decided
	Meeting   string          `json:"meeting,omitempty"` // of the committee, where it decides
	Confirmed string          `json:"confirmed,omitempty"`
	Dropped   string          `json:"dropped,omitempty"`
	Why       string          `json:"why,omitempty"` // it was dropped
	EndedAt   time.Time       `json:"ended_at,omitzero"`
}

// Open reports whether the proposal waits for a second person.
func (r Revocation) Open() bool { return r.Confirmed == "" && r.Dropped == "" }

// Heard reports whether the unit has answered, or its time to do so is over.
func (r Revocation) Heard(now time.Time) bool {
	return r.Statement != nil || !now.Before(r.Until.Plus(1).Start())
}

// known is what decides whether a ground can be chosen.
type known struct {
	rules    roster.Settings
	failed   bool            // a spot check of the name (C47)
	takenOff indicators.Mark // of the unit in the round, for A3 (C69)
}

// know asks for what decides whether grounds can be chosen.
func (s *Service) know(ctx context.Context, r Record) (out known, err error) {
	round, err := s.Rounds.Round(ctx, r.Round)
	if err != nil {
		return out, err
	}
	out.rules = round.Settings
	checks, err := s.Store.Checks(ctx)
	if err != nil {
		return out, err
	}
	out.failed = failed(checks, r.ID)
	out.takenOff, err = s.Store.TakenOff(ctx, r.Round, r.Target)
	return out, err
}

// check refuses a draft without grounds of the four, facts or words, and a ground
// that cannot be chosen: the third without a failed spot check (C47), the first for
// an event that took marks off, where the round gives one event one effect (C45).
func (x *Draft) check(k known, now time.Time) error {
	var list fault.List
	if len(x.Grounds) == 0 || slices.ContainsFunc(x.Grounds, func(g Ground) bool { return !slices.Contains(Grounds(), g) }) {
		list.Add(fault.New(fault.Invalid, "revocation.grounds").At("grounds"))
	}
	if slices.Contains(x.Grounds, Below) && !k.failed {
		list.Add(fault.New(fault.Conflict, "revocation.below").At("grounds"))
	}
	x.checkMeans(&list)
	x.checkEvent(&list, k, now)
	if slices.Contains(x.Grounds, Other) && strings.TrimSpace(x.Text) == "" {
		list.Add(fault.New(fault.Invalid, "revocation.other").At("text"))
	} else {
		written(&list, "text", &x.Text, textMost, true)
	}
	written(&list, "words", &x.Words, textMost, true)
	return list.Err()
}

func (x *Draft) checkMeans(list *fault.List) {
	if !slices.Contains(x.Grounds, Fraud) {
		x.Means = nil
		return
	}
	if len(x.Means) == 0 || slices.ContainsFunc(x.Means, func(m Means) bool { return !slices.Contains(AllMeans(), m) }) {
		list.Add(fault.New(fault.Invalid, "revocation.means").At("means"))
	}
}

// checkEvent wants the day of a grave act, and where marks were taken off for one
// before the naming, that this is another (C45, C69).
func (x *Draft) checkEvent(list *fault.List, k known, now time.Time) {
	if !slices.Contains(x.Grounds, Grave) {
		x.Event, x.Distinct = roster.Date{}, false
		return
	}
	if x.Event.IsZero() || roster.DateOf(now).Before(x.Event) {
		list.Add(fault.New(fault.Invalid, "revocation.event").At("event"))
		return
	}
	marked := k.takenOff > 0 && !k.rules.Evaluation.To.Before(x.Event)
	if k.rules.OneEffect && marked && !x.Distinct {
		list.Add(fault.New(fault.Conflict, "revocation.one_effect", "mark", k.takenOff.String()).At("event"))
	}
}

// ProposeRevocation proposes to revoke a name, with the first file of evidence. The
// unit is told and has some days to answer.
func (s *Service) ProposeRevocation(ctx context.Context, by access.Actor, id string, x Draft, file string, bytes io.Reader) error {
	r, err := s.mine(ctx, by, id)
	if err != nil {
		return err
	}
	k, err := s.know(ctx, r)
	if err != nil {
		return err
	}
	if err := x.check(k, s.Now()); err != nil {
		return err
	}
	put, err := s.Files.Put(ctx, file, bytes)
	if err != nil {
		return err
	}
	entry := s.entry(by, "revocation.propose", id, x.Text)
	out := Revocation{
		ID: s.NewID(), Naming: id, Grounds: x.Grounds, Means: x.Means, Text: x.Text, Event: x.Event, Distinct: x.Distinct, Words: x.Words,
		Evidence: []evidence.File{put}, By: by.Name, At: s.Now().UTC().Truncate(time.Millisecond),
		Until: roster.DateOf(s.Now()).Plus(k.rules.AfterNaming().HearingDays),
	}
	err = s.Store.Revise(ctx, id, entry, func(now Record, open *Revocation) (Revocation, *Step, error) {
		entry.After = fmt.Sprintf(`{"revocation":%q,"grounds":%q,"means":%q,"until":%q,"evidence":%q}`, out.ID, x.Grounds, x.Means, out.Until, put.Digest)
		switch {
		case now.Now() == naming.Revoked:
			return out, nil, fault.New(fault.Conflict, "standing.revoked")
		case open != nil:
			return out, nil, fault.New(fault.Conflict, "revocation.open")
		}
		return out, nil, nil
	})
	if err != nil {
		return err
	}
	return s.tellProposed(ctx, r, out)
}

// AddEvidence joins another file to the open proposal.
func (s *Service) AddEvidence(ctx context.Context, by access.Actor, id, seen, file string, bytes io.Reader) error {
	if _, err := s.mine(ctx, by, id); err != nil {
		return err
	}
	put, err := s.Files.Put(ctx, file, bytes)
	if err != nil {
		return err
	}
	entry := s.entry(by, "revocation.evidence", id, "")
	entry.After = fmt.Sprintf(`{"revocation":%q,"evidence":%q}`, seen, put.Digest)
	return s.Store.Revise(ctx, id, entry, func(_ Record, open *Revocation) (Revocation, *Step, error) {
		if err := open.is(seen); err != nil {
			return Revocation{}, nil, err
		}
		if slices.ContainsFunc(open.Evidence, func(f evidence.File) bool { return f.Digest == put.Digest }) {
			return Revocation{}, nil, fault.New(fault.Conflict, "revocation.same_file").At("file")
		}
		open.Evidence = append(open.Evidence, put)
		return *open, nil, nil
	})
}

// is refuses where the proposal is not the one that somebody saw.
func (r *Revocation) is(seen string) error {
	if r == nil || r.ID != seen {
		return fault.New(fault.Conflict, "revocation.none")
	}
	return nil
}

// Decision is how a second person decides on a proposal.
type Decision struct {
	Seen     string // id of the proposal
	Files    int    // of evidence that were seen
	Document string // number of the decision document
	Date     roster.Date
	Meeting  string // of the committee, where the round lets it decide
	Words    string // the notice to everybody, as it is to stand
}

// check refuses a decision before the unit was heard, without a document, a day on
// which it can have been taken, or the committee's meeting where it decides.
func (x *Decision) check(r Record, open *Revocation, by string, second access.Second, rules roster.Settings, now time.Time) error {
	if err := open.is(x.Seen); err != nil {
		return err
	}
	if open.By == by {
		return fault.New(fault.Forbidden, "revocation.second_person")
	}
	if err := second.Apart(open.By); err != nil {
		return err
	}
	switch {
	case len(open.Evidence) != x.Files:
		return fault.New(fault.Conflict, "standing.changed")
	case !open.Heard(now):
		return fault.New(fault.Closed, "revocation.hearing", "until", open.Until.String())
	}
	var list fault.List
	written(&list, "document", &x.Document, nameMost, false)
	written(&list, "words", &x.Words, textMost, true)
	if rules.Revoker == roster.CommitteeRevokes {
		written(&list, "meeting", &x.Meeting, nameMost, false)
	} else {
		x.Meeting = ""
	}
	r.day(&list, x.Date, "date", now)
	if x.Date.Before(roster.DateOf(open.At)) {
		list.Add(fault.New(fault.Invalid, "revocation.date", "from", roster.DateOf(open.At).String()).At("date"))
	}
	return list.Err()
}

// ConfirmRevocation decides on the proposal of another person of the office, after
// the unit was heard: the name is invalid from the date of the decision (C44), and
// after the ground Fraud the unit is barred from the next round (C99). Where the
// round says that the committee revokes, its meeting is named.
func (s *Service) ConfirmRevocation(ctx context.Context, by access.Actor, id string, x Decision) error {
	r, err := s.mine(ctx, by, id)
	if err != nil {
		return err
	}
	k, err := s.know(ctx, r)
	if err != nil {
		return err
	}
	second, err := by.Second(ctx, s.Store)
	if err != nil {
		return err
	}
	entry := s.entry(by, "revocation.confirm", id, "")
	var out Revocation
	err = s.Store.Revise(ctx, id, entry, func(now Record, open *Revocation) (Revocation, *Step, error) {
		if err := x.check(now, open, by.Name, second, k.rules, s.Now()); err != nil {
			return Revocation{}, nil, err
		}
		open.Document, open.Date, open.Meeting, open.Words = x.Document, x.Date, x.Meeting, x.Words
		open.Body = roster.OfficeRevokes
		if k.rules.Revoker != "" {
			open.Body = k.rules.Revoker
		}
		open.Confirmed, open.EndedAt = by.Name, s.Now().UTC().Truncate(time.Millisecond)
		step := Step{
			Naming: id, N: len(now.Steps) + 1, Standing: naming.Revoked, From: open.Date, Document: open.Document, Grounds: open.Grounds,
			Words: open.Words, Body: open.Body, Reason: open.Text, By: by.Name, At: open.EndedAt,
		}
		entry.Reason, entry.Before, entry.After = open.Text, string(now.Now()), step.text()
		out = *open
		return *open, &step, nil
	})
	if err != nil {
		return err
	}
	return s.tellRevoked(ctx, r, out)
}

// DropRevocation takes the open proposal back, with a reason.
func (s *Service) DropRevocation(ctx context.Context, by access.Actor, id, seen, why string) error {
	r, err := s.mine(ctx, by, id)
	if err != nil {
		return err
	}
	var list fault.List
	written(&list, "why", &why, textMost, true)
	if err := list.Err(); err != nil {
		return err
	}
	entry := s.entry(by, "revocation.drop", id, why)
	err = s.Store.Revise(ctx, id, entry, func(_ Record, open *Revocation) (Revocation, *Step, error) {
		if err := open.is(seen); err != nil {
			return Revocation{}, nil, err
		}
		open.Dropped, open.Why, open.EndedAt = by.Name, why, s.Now().UTC().Truncate(time.Millisecond)
		return *open, nil, nil
	})
	if err != nil {
		return err
	}
	return s.tellDropped(ctx, r, seen)
}

// Revocations lists the proposals to revoke a name to the office, oldest first.
func (s *Service) Revocations(ctx context.Context, by access.Actor, id string) ([]Revocation, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.Revocations(ctx, id)
}

// Evidence gives the bytes of a file of evidence to the office.
func (s *Service) Evidence(ctx context.Context, by access.Actor, id, digest string) (evidence.File, io.ReadSeekCloser, error) {
	all, err := s.Revocations(ctx, by, id)
	if err != nil {
		return evidence.File{}, nil, err
	}
	var files []evidence.File
	for _, r := range all {
		files = append(files, r.files()...)
	}
	return s.among(ctx, files, digest, fault.New(fault.NotFound, "revocation.file"))
}
