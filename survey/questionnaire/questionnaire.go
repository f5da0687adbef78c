// Package questionnaire is the paper itself: the questions put to residents,
// their codes, their languages, the order in which they are shown, and the
// check of a filled-in sheet. It reads the schema minyi-questionnaire/1 (FORMAT.md
// beside this file), proves its rules, fills its placeholders for one survey, names
// every version by the hash of its content, follows a resident's way through it,
// and packs a sheet into a few bytes.
//
// It knows no unit, no round, no link and no store; areas are handed to it, and
// it draws no conclusion from an answer. Weights and estimates are tabulate's.
//
//	what | independent judge | input | tolerance | test
//	S38 consent to what is sensitive | every variant's order, and what a packed sheet gives back | a form with a question and a grid marked | 0 answers without their consent | TestS38ASensitiveQuestionIsAskedOnlyWithItsOwnConsent
//	S38 what sounds sensitive | papers written by people, one changed by hand | the papers of the house, a question of health | the one named, no other | TestS38TheCheckerPointsOutWhatSoundsSensitive
//	S38 children | the bytes of the packed sheet | a form filled in whole under an age that ends it | all zero | TestS38OfAChildNoAnswerIsKept
package questionnaire

import (
	_ "embed"
)

// Schema is the only format that Parse reads.
const Schema = "minyi-questionnaire/1"

//go:embed forms/default.json
var defaultForm []byte

// Default returns the embedded default questionnaire as JSON: a copy, which the
// office may change and hand back to Parse.
func Default() []byte { return append([]byte(nil), defaultForm...) }

// Text is one text in both languages.
type Text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// In returns the text in the language "en", and in Chinese for every other.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.Zh
}

// Type says how a question is answered.
type Type string

// The types of question.
const (
	Single   Type = "single"   // one of the options
	Multiple Type = "multiple" // any number of options
	ScaleOf  Type = "scale"    // one point of a named scale
	Area     Type = "area"     // one of the areas handed to Fill, or an extra option
	Words    Type = "text"     // free text up to max_chars characters, in one line or several
	Number   Type = "number"   // a number between two bounds
	Date     Type = "date"     // a day between two bounds
	Rank     Type = "rank"     // so many of the options, put in order
	Grid     Type = "grid"     // only on paper: its rows are questions of their own
)

// Reason says why an answer is not substantive.
type Reason string

// The reasons: 不清楚, 不想回答, 不适用.
const (
	DontKnow      Reason = "dont_know"
	NoAnswer      Reason = "no_answer"
	NotApplicable Reason = "not_applicable"
)

// Role says what a question is asked for, so that reports need not know ids.
type Role string

// The roles that minyi reads.
const (
	RoleAge       Role = "age_band"       // its options carry the census margin they fold into
	RoleArea      Role = "residence_area" // codes are division codes
	RoleTime      Role = "residence_time"
	RoleInsider   Role = "insider" // flag: works for the evaluated body
	RoleSex       Role = "sex"
	RoleResidence Role = "residence_type" // urban or rural
	RoleContact   Role = "contact"
	RoleCoached   Role = "coached" // flag: was told how to answer; never scored
)

// Section is the part of the paper that a question stands in, in the order in
// which the parts are shown.
type Section int

// The sections.
const (
	Consent Section = iota + 1
	Screening
	Items
	Background
	Integrity
	Open
)

// String returns the section's word in the schema.
func (s Section) String() string {
	names := [...]string{"", "consent", "screening", "items", "background", "integrity", "open"}
	if s < Consent || s > Open {
		return ""
	}
	return names[s]
}

// Choice is one answer that may be ticked.
type Choice struct {
	Code           string
	Text           Text
	Ends           bool   // choosing it ends the questionnaire
	Exclusive      bool   // cannot stand beside another choice
	NonSubstantive bool   // 不清楚, 不想回答 or 不适用: left out of denominators, reported apart
	Reason         Reason // which of the three; empty for substantive choices
	Flag           string // "insider", "coached" or empty
	Margin         string // census margin, on options of the age question
}

// Question is one question of the paper, in the form that pages and checks use.
type Question struct {
	ID       string
	Type     Type
	Section  Section
	Role     Role
	Required bool
	Scored   bool
	Text     Text
	Choices  []Choice // of typed questions only those that are not substantive
	MaxChars int      // of a free text, in characters
	Scale    string   // name of the scale, of a scale question

	Grid      string // id of the grid that the question is a row of
	Multiline bool   // a free text of several lines
	Places    int    // how many choices a rank puts in order
	Asks      string // id of the sensitive question or grid whose consent this asks for
	Range     *Range // of a number or a date, else nil

	offset, width int  // place of the answer among the cells of a sheet, in bytes
	base          byte // 1 for a scale with the point 0, whose cells are one higher
	follows       bool // stays behind the item before it
	rules         *conditions
}

// Range bounds a number or a date. Min and Max are spelled as answers are kept.
type Range struct {
	Min, Max string
	Decimals int  // digits behind the point, at most
	Unit     Text // both languages empty when there is none

	low, high, step int64 // millionths and millionths a step; days and 1
}

// Typed reports whether the answer is typed rather than chosen.
func (q Question) Typed() bool { return q.Type == Words || q.Type == Number || q.Type == Date }

// Choice returns the choice with the code.
func (q Question) Choice(code string) (Choice, bool) {
	if i := q.choiceIndex(code); i >= 0 {
		return q.Choices[i], true
	}
	return Choice{}, false
}

func (q Question) choiceIndex(code string) int {
	for i := range q.Choices {
		if q.Choices[i].Code == code {
			return i
		}
	}
	return -1
}

// Questionnaire is one parsed and checked version. It is immutable: Fill
// returns a new one.
type Questionnaire struct {
	form      Form
	scales    map[string]Scale // with the points of those that only name their ends
	filled    bool
	hash      string
	questions []Question // consent, screening, items, background, integrity, open
	sources   []Item     // what each question was made of
	ruled     bool       // some question has a rule
	variants  int
	byID      map[string]int // position in questions
	ascending []int          // positions by ascending id
	byRole    map[Role]int
	cells     int // bytes of a sheet's answers
}

// ID returns the id that the paper gives itself, e.g. "default".
func (q *Questionnaire) ID() string { return q.form.ID }

// Number returns the version number that the paper gives itself.
func (q *Questionnaire) Number() int { return q.form.Version }

// Status returns "draft" or whatever else the paper says of itself.
func (q *Questionnaire) Status() string { return q.form.Status }

// Hash names the content: the SHA-256, in hexadecimal, of its canonical JSON,
// with what Fill put in. Equal hashes are equal papers.
func (q *Questionnaire) Hash() string { return q.hash }

// Filled reports whether the placeholders and the areas have been put in.
func (q *Questionnaire) Filled() bool { return q.filled }

// Title returns the title.
func (q *Questionnaire) Title() Text { return q.form.Title }

// Intro returns the words that say who asks and why.
func (q *Questionnaire) Intro() Text { return q.form.Intro }

// Closing returns the words of thanks.
func (q *Questionnaire) Closing() Text { return q.form.Closing }

// Value returns what Fill put in for a placeholder, e.g. "organiser"; both
// languages are empty for an unknown name and before Fill.
func (q *Questionnaire) Value(placeholder string) Text { return q.form.Values[placeholder] }

// Questions returns all questions in the order of the paper (consent,
// screening, items, background, integrity, open); that order never depends on a
// variant. The slice must not be changed.
func (q *Questionnaire) Questions() []Question { return q.questions }

// Question returns the question with the id.
func (q *Questionnaire) Question(id string) (Question, bool) {
	i, ok := q.byID[id]
	if !ok {
		return Question{}, false
	}
	return q.questions[i], true
}

// Has reports whether the paper has a question with the id.
func (q *Questionnaire) Has(id string) bool {
	_, ok := q.byID[id]
	return ok
}

// WithRole returns the question that has the role.
func (q *Questionnaire) WithRole(r Role) (Question, bool) {
	i, ok := q.byRole[r]
	if !ok {
		return Question{}, false
	}
	return q.questions[i], true
}

// Scored returns the scored items in the order of the paper.
func (q *Questionnaire) Scored() []Question {
	var out []Question
	for _, one := range q.questions {
		if one.Scored {
			out = append(out, one)
		}
	}
	return out
}

// Indicators returns the numbers of the indicators that an item speaks to, the
// primary one first; none for the overall item and for unknown ids.
func (q *Questionnaire) Indicators(id string) []string {
	if i, ok := q.byID[id]; ok {
		return append([]string(nil), q.sources[i].Indicators...)
	}
	return nil
}

// PrimaryIndicator returns the number of the one indicator that an item feeds,
// empty when there is none.
func (q *Questionnaire) PrimaryIndicator(id string) string {
	if i, ok := q.byID[id]; ok {
		return q.sources[i].PrimaryIndicator
	}
	return ""
}
