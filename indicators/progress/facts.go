package progress

import (
	"time"

	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// Target is a unit on a track.
type Target struct {
	Unit  roster.UnitCode
	Track roster.Track
}

// Dossier is what the board knows of an application.
type Dossier struct {
	application.Key
	Unit        roster.Unit
	State       application.State
	Formality   application.Formality
	Until       roster.Date // of a return: the last day to file again
	CancelAsked bool        // a cancellation waits for a second person
}

// Evaluation is how far the evaluation of a dossier is, without a mark.
type Evaluation struct {
	Need, Have     int // assessors
	Undeclared     int // of them, those who have not declared their interests
	Sheets, Needed int // submitted, and those that count
	Given, Items   int // verdicts given, and needed
	Dispute        bool
	Unsigned       int // opinions of institutions
	Problems       int // open
	Closed         bool
}

// Fieldwork is the state of a survey.
type Fieldwork string

// The states of a survey.
const (
	NoSurvey  Fieldwork = ""
	Prepared  Fieldwork = "prepared"
	Asking    Fieldwork = "asking"
	Reviewing Fieldwork = "reviewing"
	Released  Fieldwork = "released"
)

// Surveyed is how far a unit's survey is.
type Surveyed struct {
	State    Fieldwork
	Answers  int  // sheets that came back
	Told     bool // so many that their number may be told
	Ends     roster.Date
	Document string // address of the release; empty before
}

// Place is where a row of the newest ranking stands.
type Place struct {
	Ranked             bool
	Place, Best, Worst int
	Tied, Front        bool
}

// Stand is how far one act on a target is.
type Stand string

// The stands.
const (
	Open Stand = "open"
	Shut Stand = "shut"
)

// Complaint is one objection without its words.
type Complaint struct {
	Target
	Answered bool
	Upheld   bool
	Due      roster.Date // zero: no day is set
}

// Name is a name of this round.
type Name struct {
	ID    string
	State string // valid, under-check or revoked
}

// Road is what comes after the findings.
type Road struct {
	Ranking    bool
	Stale      bool // a visit was closed after the newest ranking
	Places     map[Target]Place
	Visits     map[Target]Stand
	Proposed   bool // candidates
	Candidates map[Target]bool
	Posted     bool
	Window     roster.Window // of the posted notice
	Media      bool          // proof that the medium has published it, or none is asked for
	Objections []Complaint
	Decided    bool
	Names      map[Target]Name
}

// After is the year's supervision.
type After struct {
	ReportsDue     int // of the year, not handed in
	ReportsOverdue int
	ReportsBy      roster.Date
	DrawDue        bool // no spot check is drawn this year
	ChecksOpen     int
	Revocations    int // proposals that wait for a second person
	Catalogue      roster.Date
	CatalogueLate  bool
	Feedback       map[Target]bool // released
	FeedbackKnown  bool
}

// Facts are all that the board rests on.
type Facts struct {
	Round        roster.Round
	Now          time.Time
	Scheme       bool
	Institutions int // that may be given dossiers
	Undeclared   int // people of the office or the evaluators who have not declared all interests
	Dossiers     []Dossier
	Evaluations  map[Target]Evaluation
	Surveys      map[roster.UnitCode]Surveyed
	Evaluated    bool // the evaluation of the round is closed
	SurveysEnded bool
	Road         Road
	After        After
	Next         bool // the round after this one is opened
}

func (f *Facts) today() roster.Date { return roster.DateOf(f.Now) }

// over reports whether a day has passed.
func (f *Facts) over(d roster.Date) bool { return !d.IsZero() && d.Before(f.today()) }

// accepted are the dossiers that go on from the formal check.
func (f *Facts) accepted() (out []Dossier) {
	for _, d := range f.Dossiers {
		if d.State == application.Filed && d.Formality == application.FormalityAccepted {
			out = append(out, d)
		}
	}
	return out
}

func (d Dossier) target() Target { return Target{d.Key.Unit, d.Track} }
