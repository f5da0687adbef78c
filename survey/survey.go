// Package survey runs one unit's resident survey in one round: the draw of its
// sample, its links, the taking in of answers, the close, the tables, the signed
// release and the finding that goes to the scorebook. It knows no SQL and no
// page, and never learns what another instrument found.
package survey

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/library"
	"minyi/survey/questionnaire"
)

// ID names one survey: a UUIDv7.
type ID string

// State is where a survey stands.
type State string

// The states, in order; none is ever left backwards.
const (
	Planned  State = "planned"  // being set up: sample and links
	Open     State = "open"     // answers are taken inside the window
	Closed   State = "closed"   // no answer is taken; the tables are made
	Released State = "released" // two people signed the result
)

// Paper is the questionnaire of a survey as it was published, with what was put
// into its placeholders. Hash names both and never changes.
type Paper struct {
	Form    json.RawMessage       `json:"form"`
	Filling questionnaire.Filling `json:"filling"`
	Hash    string                `json:"hash"`
	Origin  Origin                `json:"origin,omitzero"` // zero in surveys from before there was a library
}

// Origin is the published version that a paper was made from; Hash is that of the
// version, before anything was filled in.
type Origin struct {
	library.Ref
	Name string `json:"name"` // empty for the built-in form
	Hash string `json:"hash"`
}

// NewPaper fills a form and remembers its hash.
func NewPaper(form []byte, filling questionnaire.Filling) (Paper, error) {
	p := Paper{Form: form, Filling: filling}
	q, err := p.fill()
	if err != nil {
		return Paper{}, err
	}
	p.Hash = q.Hash()
	return p, nil
}

// Questionnaire returns the filled questionnaire, or an error when the stored
// text no longer has the hash that it was published under.
func (p Paper) Questionnaire() (*questionnaire.Questionnaire, error) {
	q, err := p.fill()
	if err != nil {
		return nil, err
	}
	if q.Hash() != p.Hash {
		return nil, fmt.Errorf("survey: questionnaire has the hash %s, published as %s", q.Hash(), p.Hash)
	}
	return q, nil
}

func (p Paper) fill() (*questionnaire.Questionnaire, error) {
	q, err := questionnaire.Parse(p.Form)
	if err != nil {
		return nil, err
	}
	return q.Fill(p.Filling)
}

// Survey is one unit's survey in one round. Number stands in its tokens; Version
// counts its changes and guards against lost updates.
type Survey struct {
	ID         ID              `json:"id"`
	Number     uint16          `json:"number"`
	Version    int             `json:"version"`
	Round      int             `json:"round"`
	Unit       roster.UnitCode `json:"unit"`
	UnitName   Text            `json:"unit_name"`
	State      State           `json:"state"`
	Window     roster.Window   `json:"window"`
	Rehearsal  bool            `json:"rehearsal"`
	Audience   Audience        `json:"audience,omitempty"` // whom it asks
	Listed     Listed          `json:"listed,omitzero"`    // the list of deputies and members; zero in surveys of residents
	Paper      Paper           `json:"paper"`
	FrameHash  string          `json:"frame_hash"` // of the imported sampling frame; empty before
	Sample     *frame.Sample   `json:"sample"`     // nil before the draw
	Sampling   Sampling        `json:"sampling,omitzero"`
	Batches    invite.Batches  `json:"batches"`
	OpenedAt   time.Time       `json:"opened_at"`
	Notice     string          `json:"notice,omitempty"` // version of the privacy notice as it stood at the opening
	ClosedAt   time.Time       `json:"closed_at"`
	Review     *Review         `json:"review"` // of the answers' quality; nil before the close
	Weighting  Weighting       `json:"weighting,omitzero"`
	Watched    Monitoring      `json:"monitoring,omitzero"` // how its fieldwork is watched
	Terms      Terms           `json:"terms"`
	Quota      *Quota          `json:"quota"`                // nil for none
	Least      int             `json:"least,omitempty"`      // fewest answers behind a figure that is shown; 0: the usual
	Again      bool            `json:"again,omitempty"`      // residents may answer again until the close; fixed at the opening
	Exclusions []string        `json:"exclusions,omitempty"` // rules by which an answer may be left out, as published before the opening
	Forgotten  time.Time       `json:"forgotten"`            // when the traces were given up; zero before
	Log        string          `json:"log,omitempty"`        // origin of its log of commitments; empty before the start
	Draft      *Draft          `json:"draft"`                // the proposed result and who approved it; once released, the release in force

	Correction *Draft      `json:"correction,omitempty"` // a proposed correction of the release in force
	Superseded []Draft     `json:"superseded,omitempty"` // earlier releases, oldest first
	Statements []Statement `json:"statements,omitempty"` // what people wrote about the method, oldest first
}

// Frame takes a sampling frame; a new one throws away nothing, as it is refused
// after the draw.
func (s *Survey) Frame(f frame.Frame) error {
	if err := s.in(Planned); err != nil {
		return err
	}
	if s.Sample != nil {
		return fault.New(fault.Conflict, "survey.drawn")
	}
	if err := s.unannounced(); err != nil {
		return err
	}
	s.FrameHash = f.Hash()
	return nil
}

// Draw draws the sample from the frame that was imported and issues its one-time
// links, a batch for each drawn PSU. A draw stands: it cannot be repeated until
// somebody likes it. With a seed that was typed it is refused once another way to
// the seed was announced; see DrawBy.
func (s *Survey) Draw(f frame.Frame, plan frame.Plan) error {
	if err := s.unannounced(); err != nil {
		return err
	}
	return s.draw(f, plan)
}

func (s *Survey) draw(f frame.Frame, plan frame.Plan) error {
	if err := s.in(Planned); err != nil {
		return err
	}
	if s.Sample != nil {
		return fault.New(fault.Conflict, "survey.drawn")
	}
	if s.FrameHash == "" || f.Hash() != s.FrameHash {
		return fault.New(fault.Conflict, "survey.noframe")
	}
	sample, err := f.Draw(plan)
	if err != nil {
		return err
	}
	batches := s.Batches
	for _, stratum := range sample.Strata {
		for _, p := range stratum.PSUs {
			b := invite.Batch{Kind: invite.OneTime, Count: uint32(p.Links), Stratum: stratum.Name, PSU: p.Code}
			if batches, err = batches.Issue(b); err != nil {
				return err
			}
		}
	}
	s.Sample, s.Batches = &sample, batches
	return nil
}

// Start opens the survey for answers; the window still decides when they are
// taken. It needs links to hand out.
func (s *Survey) Start(now time.Time) error {
	if err := s.in(Planned); err != nil {
		return err
	}
	if len(s.Batches) == 0 {
		return fault.New(fault.Conflict, "survey.nolinks")
	}
	if s.Window.Over(now) {
		return s.over()
	}
	s.State, s.OpenedAt = Open, now.UTC()
	return nil
}

// Stop closes the survey for good.
func (s *Survey) Stop(now time.Time) error {
	if err := s.in(Open); err != nil {
		return err
	}
	s.State, s.ClosedAt = Closed, now.UTC()
	s.Review = &Review{Phase: Reviewing}
	return nil
}

// Takes returns nil when an answer may be given at that moment, else the refusal
// survey.notyet (parameter opens) or survey.closed.
func (s *Survey) Takes(now time.Time) error {
	switch {
	case s.State == Closed || s.State == Released || s.Window.Over(now):
		return s.over()
	case s.State == Planned || !s.Window.Began(now):
		return fault.New(fault.Closed, "survey.notyet", "opens", s.Window.From.String())
	}
	return nil
}

// over is the refusal of an answer after the end.
func (s *Survey) over() error {
	return fault.New(fault.Closed, "survey.closed", "to", s.Window.To.String())
}

func (s *Survey) in(want State) error {
	if s.State != want {
		return fault.New(fault.Conflict, "survey.state", "state", string(s.State))
	}
	return nil
}

// Brief is what the trail keeps of a survey before and after an act, as JSON:
// its state and the hashes of what it rests on, never a token or an answer.
func (s *Survey) Brief() string {
	brief := struct {
		State    State          `json:"state"`
		Version  int            `json:"version"`
		Window   roster.Window  `json:"window"`
		Paper    string         `json:"questionnaire"`
		Origin   string         `json:"version_of,omitempty"`
		Frame    string         `json:"frame,omitempty"`
		Seed     string         `json:"seed,omitempty"`
		Sampled  int            `json:"links"`
		Posters  int            `json:"posters"`
		Limits   []string       `json:"limits,omitempty"`
		Quota    string         `json:"quota,omitempty"`
		Least    int            `json:"least,omitempty"`
		Terms    *Terms         `json:"terms,omitempty"`
		Review   *reviewBrief   `json:"review,omitempty"`
		Weights  string         `json:"weights,omitempty"`
		Watch    string         `json:"monitoring,omitempty"`
		Forgot   bool           `json:"traces_forgotten,omitempty"`
		Sampling *samplingBrief `json:"sampling,omitempty"`
		Audience Audience       `json:"audience,omitempty"`
		List     string         `json:"list,omitempty"`
		signingBrief
	}{
		State: s.State, Version: s.Version, Window: s.Window, Review: s.Review.brief(), Seed: s.seed(), Weights: s.Weighting.brief(), Watch: s.Watched.brief(), Paper: s.Paper.Hash, Origin: s.Paper.Origin.Hash, Frame: s.FrameHash,
		Sampled: s.Batches.Issued(invite.OneTime), Posters: s.Batches.Issued(invite.Poster),
		Limits: s.limits(), Quota: s.Quota.brief(), Least: s.Least, Forgot: !s.Forgotten.IsZero(), Sampling: s.samplingBrief(),
		Audience: s.Audience, List: s.Listed.Hash,
		signingBrief: s.signing(),
	}
	if s.Terms != (Terms{}) {
		brief.Terms = &s.Terms
	}
	text, err := json.Marshal(brief)
	if err != nil {
		panic(err) // strings, numbers and dates only
	}
	return string(text)
}

// seed is that of the draw, empty before it.
func (s *Survey) seed() string {
	if s.Sample == nil {
		return ""
	}
	return strconv.FormatUint(s.Sample.Plan.Seed, 10)
}
