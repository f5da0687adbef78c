package release

import (
	"time"

	"minyi/survey/tabulate"
)

// Name is a name or a text in both languages.
type Name struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// In returns the text in a language, "en" or else Chinese.
func (n Name) In(lang string) string {
	if lang == "en" {
		return n.En
	}
	return n.Zh
}

// Questionnaire names the paper that the residents saw.
type Questionnaire struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Hash    string `json:"hash"` // SHA-256 of its canonical JSON, hexadecimal
}

// Sample names the draw: it can be redone from the frame with that hash.
type Sample struct {
	FrameHash string    `json:"frame_hash"`
	Seed      string    `json:"seed"`
	Links     int       `json:"links"`
	Strata    []Stratum `json:"strata,omitempty"` // since minyi-release/2
}

// Stratum is a stratum of the sample: its residents, its drawn units and their
// links.
type Stratum struct {
	Name       string `json:"name"`
	Population int64  `json:"population"`
	PSUs       int    `json:"psus"`
	Links      int    `json:"links"`
}

// Data names the stored answers by digests (hexadecimal SHA-256; how they are
// taken is in README.md beside this file), so that whoever holds the store can
// show that it is the one that the figures were made from.
type Data struct {
	Answers        int    `json:"answers"` // sampled and posters, those left out by the review too
	Digest         string `json:"digest"`
	Excluded       int    `json:"excluded"` // left out by the review
	ExcludedDigest string `json:"excluded_digest"`
	Texts          int    `json:"texts"`
	TextsDigest    string `json:"texts_digest"`
}

// Weights names the final weights by their digest, and the plan that they follow.
type Weights struct {
	N      int            `json:"n"`
	Digest string         `json:"digest"`
	Plan   *tabulate.Plan `json:"plan,omitempty"` // absent: the usual plan
	Late   bool           `json:"late,omitempty"` // the plan was decided after results had been read
}

// Code names the program that made the figures, as its build recorded it.
type Code struct {
	Version  string `json:"version"`  // of the module
	Revision string `json:"revision"` // of the sources; empty where the build knows none
	Modified bool   `json:"modified"` // the sources differed from that revision
	Go       string `json:"go"`       // of the compiler
}

// Facts are what a reader must know of how the survey was done and what stands in
// no figure. Days are in Asia/Shanghai, both included.
type Facts struct {
	Sponsor   Name     `json:"sponsor"`
	Conductor Name     `json:"conductor"`
	Phone     string   `json:"phone"`
	From      string   `json:"from"`
	To        string   `json:"to"`
	Languages []string `json:"languages"`       // BCP 47
	Modes     []string `json:"modes"`           // codes: sampled, poster, phone, paper
	Posters   int      `json:"posters"`         // places
	Calls     int      `json:"calls,omitempty"` // interviews by telephone
	Forms     int      `json:"forms,omitempty"` // answers on paper
	Quota     bool     `json:"quota"`
}

// Disclosure is what people wrote for one item of the methodology statement that
// the survey itself cannot tell.
type Disclosure struct {
	Item string `json:"item"`
	Text Name   `json:"text"`
}

// Method is the methodology statement: what the survey knows of itself, what
// people wrote, and what nobody wrote although the standard asks for it.
type Method struct {
	Standard string       `json:"standard"` // of disclosure that its items follow
	Version  int          `json:"version"`  // of the written part; 0 for none
	Facts    Facts        `json:"facts"`
	Written  []Disclosure `json:"written"`
	Missing  []string     `json:"missing"`
}

// Document is the result of one survey as it is signed. Revision counts the
// releases of the same survey from 1; Supersedes has the digest of the one
// before, empty for the first, and Reason why it was corrected. Excluded counts
// answers that the review left out, by reason code; AllAnswers is the table with
// them, nil where none was left out. ClosedAt is in UTC, to the second. The
// fields from Reason on came with minyi-release/2.
type Document struct {
	Schema        string           `json:"schema"`
	Revision      int              `json:"revision"`
	Supersedes    string           `json:"supersedes,omitempty"`
	Round         int              `json:"round"`
	Unit          string           `json:"unit"`
	UnitName      Name             `json:"unit_name"`
	Survey        string           `json:"survey"`
	Rehearsal     bool             `json:"rehearsal"`
	ClosedAt      time.Time        `json:"closed_at"`
	Software      string           `json:"software"`
	Questionnaire Questionnaire    `json:"questionnaire"`
	Sample        *Sample          `json:"sample"` // nil when nothing was drawn
	Excluded      map[string]int   `json:"excluded"`
	Result        *tabulate.Result `json:"result"`

	Reason     string          `json:"reason,omitempty"`
	Code       *Code           `json:"code,omitempty"`
	Data       *Data           `json:"data,omitempty"`
	Weights    *Weights        `json:"weights,omitempty"`
	AllAnswers *tabulate.Table `json:"all_answers,omitempty"`
	Method     *Method         `json:"method,omitempty"`
	Least      int             `json:"least,omitempty"` // fewest answers behind a figure that is shown in reports
	Pack       *Pack           `json:"pack,omitempty"`  // what the figures can be computed from again
}

// Pack names the public pack from which the figures of the document are computed: the
// SHA-256 of its manifest, hexadecimal.
type Pack struct {
	Schema string `json:"schema"`
	Digest string `json:"digest"`
}
