// Package library keeps the agency's questionnaires: each is a draft that is
// worked on, and the versions that were published from it. A version is frozen
// under the hash of its content and needs two people: one proposes, another
// approves what that person was shown. It knows no survey, no page and no SQL.
//
// What it promises, and who judges that:
//
//	feature                    judge and input                                     test
//	two people publish         the trail and the store                             survey: TestPublishingNeedsTwoPeople
//	a version is frozen        the database refuses the change                     survey: TestSurveyIsMadeFromAPublishedVersionOnly
//	two editors at once        the store; the page of the second                   survey: TestSecondEditorIsToldAndNothingIsOverwritten; cmd/minyi: TestLibrarySecondEditorIsToldAndLosesNothing
//	unsaved work               a browser that leaves and comes back                cmd/minyi: TestBrowserQuestionnaireFromTextToAnswer
//	editing changes no more    the exported file, byte for byte                    cmd/minyi: TestLibraryEveryQuestionIsSavedAsItWas
//	test mode                  the rows of the intake, before and after            survey: TestTrialKeepsNothingAndShowsWhatIsUnfinished
//	pasted text                questions and lines written out by hand             questionnaire/pasted: TestNumberedTextBecomesQuestions
//	XLSForm                    the hash after the way there and back; a form       questionnaire/xlsform: TestQuestionnairesComeBackAsTheyWere,
//	                           written as other programs write it                  TestFormsOfOtherProgramsAreRead
//	from text to an answer     a browser with script and without, axe              cmd/minyi: TestBrowserQuestionnaireFromTextToAnswer
package library

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// ID names one questionnaire of the library: a UUIDv7. The empty ID is the
// built-in form.
type ID string

// Draft is the number of what is being worked on, in place of a version's.
const Draft = 0

// Ref names one version of one questionnaire; the zero Ref is the built-in form.
type Ref struct {
	ID     ID  `json:"id"`
	Number int `json:"number"`
}

// Stamp says who did something and when.
type Stamp struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Remark is something that an import could not use: where it stood, what stood
// there, and the code of the sentence about it.
type Remark struct {
	Place string `json:"place"` // a line's number, or sheet and row
	Text  string `json:"text"`
	Code  string `json:"code"`
}

// Proposal is a draft that waits for a second person.
type Proposal struct {
	Stamp
	Number int    `json:"number"`
	Hash   string `json:"hash"`
}

// Edition is one published version without its content.
type Edition struct {
	Number   int       `json:"number"`
	Hash     string    `json:"hash"`
	Proposed string    `json:"proposed_by"`
	Approved string    `json:"approved_by"`
	At       time.Time `json:"at"`
}

// Paper is one questionnaire of the library. Version counts its changes and
// guards against lost updates.
type Paper struct {
	ID          ID              `json:"id"`
	Institution string          `json:"institution,omitempty"` // of the people who may see it
	Name        string          `json:"name"`
	Version     int             `json:"version"`
	Form        json.RawMessage `json:"form"` // the draft, which may be unsound
	Remarks     []Remark        `json:"remarks,omitempty"`
	Made        Stamp           `json:"made"`
	Edited      Stamp           `json:"edited"`
	Proposal    *Proposal       `json:"proposal,omitempty"`
	Editions    []Edition       `json:"editions,omitempty"`

	// Issued is the content of the version that a change published, for the store
	// to keep beside the paper; empty otherwise.
	Issued []byte `json:"-"`
}

// maxName is the longest name of a questionnaire, in characters.
const maxName = 60

// named returns a name that may be given, or refuses it with paper.name.
func named(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName || strings.ContainsAny(name, "\n\r\t") {
		return "", fault.New(fault.Invalid, "paper.name", "max", strconv.Itoa(maxName)).At("name")
	}
	return name, nil
}

// Findings lists what the static checker has against the draft; none when it may
// be published.
func (p *Paper) Findings() []*fault.Refusal {
	_, err := questionnaire.Parse(p.Form)
	return fault.All(err)
}

// Draft returns the draft to be read or changed; Save keeps what became of it.
func (p *Paper) Draft() (*questionnaire.Form, error) { return questionnaire.Read(p.Form) }

// next is the number of the version that would be published now.
func (p *Paper) next() int { return len(p.Editions) + 1 }

// frozen returns the draft as it would be published: with its number, no longer
// called a draft.
func (p *Paper) frozen() ([]byte, *questionnaire.Questionnaire, error) {
	f, err := p.Draft()
	if err != nil {
		return nil, nil, err
	}
	f.Version, f.Status = p.next(), "published"
	text := f.JSON()
	q, err := questionnaire.Parse(text)
	return text, q, err
}

// Propose puts the draft before a second person. It must be sound, and differ
// from the last version.
func (p *Paper) Propose(s Stamp) error {
	if p.Proposal != nil {
		return fault.New(fault.Conflict, "paper.proposed", "by", p.Proposal.By)
	}
	_, q, err := p.frozen()
	if err != nil {
		return err
	}
	if p.same() {
		return fault.New(fault.Conflict, "paper.same")
	}
	p.Proposal = &Proposal{Stamp: s, Number: p.next(), Hash: q.Hash()}
	return nil
}

// same reports whether the draft is the last version over again.
func (p *Paper) same() bool {
	if len(p.Editions) == 0 {
		return false
	}
	f, err := p.Draft()
	if err != nil {
		return false
	}
	last := p.Editions[len(p.Editions)-1]
	f.Version, f.Status = last.Number, "published"
	q, err := questionnaire.Parse(f.JSON())
	return err == nil && q.Hash() == last.Hash
}

// Withdraw takes a proposal back.
func (p *Paper) Withdraw() error {
	if p.Proposal == nil {
		return fault.New(fault.Conflict, "paper.unproposed")
	}
	p.Proposal = nil
	return nil
}

// Approve publishes what was proposed. The second person must be another, and
// must have been shown the hash that is approved.
func (p *Paper) Approve(s Stamp, second access.Second, hash string) error {
	switch {
	case p.Proposal == nil:
		return fault.New(fault.Conflict, "paper.unproposed")
	case p.Proposal.By == s.By:
		return fault.New(fault.Forbidden, "paper.second", "by", s.By)
	case p.Proposal.Hash != hash:
		return fault.New(fault.Conflict, "paper.changed", "by", p.Edited.By)
	}
	if err := second.Apart(p.Proposal.By); err != nil {
		return err
	}
	text, q, err := p.frozen()
	if err != nil {
		return err
	}
	if q.Hash() != hash {
		return fault.New(fault.Conflict, "paper.changed", "by", p.Edited.By)
	}
	p.Editions = append(p.Editions, Edition{
		Number: p.Proposal.Number, Hash: hash, Proposed: p.Proposal.By, Approved: s.By, At: s.At,
	})
	p.Issued, p.Proposal = text, nil
	return nil
}

// Brief is what the trail keeps of a questionnaire before and after an act.
func (p *Paper) Brief() string {
	brief := struct {
		Name     string    `json:"name"`
		Version  int       `json:"change"`
		Proposal *Proposal `json:"proposal,omitempty"`
		Editions []Edition `json:"versions,omitempty"`
	}{p.Name, p.Version, p.Proposal, p.Editions}
	text, err := json.Marshal(brief)
	if err != nil {
		panic(err) // texts, numbers and times only
	}
	return string(text)
}
