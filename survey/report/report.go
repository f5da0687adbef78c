// Package report makes the report of a survey's result out of its release: what
// stands on the title page, in the summary, the tables and pictures, the statement
// of the method, the list of what the figures rest on, and the questionnaire as an
// annex. Nothing stands in it that the signed document or the questionnaire named
// there does not say. A Report is a list of plain blocks in one language, which the
// page, the file to take away and the PDF set each in its own way (the last one in
// the package layout below this one).
//
// It reads no store, computes no figure but a difference of two, writes no sentence
// (words come in by their keys) and shows no figure with fewer answers behind it
// than the document asks for, nor one by which such a figure could be told.
//
// The table of judges is in README.md beside this file.
package report

import (
	"time"

	"minyi/survey/questionnaire"
	"minyi/survey/release"
	"minyi/survey/result/picture"
)

// usualLeast is how many answers must be behind a figure that is shown, where the
// document does not say.
const usualLeast = 10

// Words gives the text of a key in the report's language, with its parameters as
// pairs of name and value.
type Words func(key string, pairs ...string) string

// State says what the reader has in hand.
type State string

// The states of a document.
const (
	Proposed   State = "proposed" // two people have not signed it yet
	InForce    State = "in_force"
	Superseded State = "superseded" // a correction has taken its place
)

// Signer is one approval under the document.
type Signer struct {
	Account string
	At      time.Time
}

// Source is what a report is made of. Key and Signature are hexadecimal; Link is
// the address that the code on each page carries. Clock writes a moment as people
// of the place read it.
type Source struct {
	Document  *release.Document
	Paper     *questionnaire.Questionnaire
	Digest    string
	State     State
	Revisions int // releases of the survey so far
	Signers   []Signer
	SignedAt  time.Time
	Key       string
	Signature string
	Link      string
	Lang      string // zh-CN or en
	Words     Words
	Clock     func(time.Time) string
	Public    bool // everybody may read it: no account is named, and nothing said of an embargo
}

// Report is a report in one language. Foot stands on each page, with the digest
// and the code that carries Link.
type Report struct {
	Lang   string
	Title  string
	State  State
	Foot   string
	Page   func(page, pages int) string // the words for a page's number
	Digest string
	Link   string
	Cover  []Block
	Blocks []Block
}

// Kind says what a block is.
type Kind string

// The kinds of blocks.
const (
	Heading   Kind = "heading"   // Text, of Level 1 to 3
	Paragraph Kind = "paragraph" // Text
	Notice    Kind = "notice"    // Text that must not be passed over
	List      Kind = "list"      // Items
	Facts     Kind = "facts"     // Facts
	Grid      Kind = "table"     // Table
	Drawing   Kind = "picture"   // Picture
	Break     Kind = "break"     // what follows stands on a page of its own
)

// Block is one piece of a report; its kind says which fields count.
type Block struct {
	Kind    Kind
	Level   int
	Text    string
	Items   []string
	Facts   []Fact
	Table   *Table
	Picture *picture.Picture
}

// Fact is a name with what belongs to it. Mono asks for letters of one width, as
// for digests.
type Fact struct {
	Name, Text string
	Mono       bool
}

// Column is a column of a table; Share is its part of the width, in thousandths.
type Column struct {
	Name   string
	Number bool
	Share  int
}

// Table is a table with its caption; all rows have a cell for each column.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]string
}

// writer gathers blocks.
type writer struct {
	Source
	blocks []Block
}

func (w *writer) heading(level int, text string) {
	w.blocks = append(w.blocks, Block{Kind: Heading, Level: level, Text: text})
}

func (w *writer) say(text string) {
	if text != "" {
		w.blocks = append(w.blocks, Block{Kind: Paragraph, Text: text})
	}
}

func (w *writer) note(text string) { w.blocks = append(w.blocks, Block{Kind: Notice, Text: text}) }

func (w *writer) list(items []string) {
	if len(items) > 0 {
		w.blocks = append(w.blocks, Block{Kind: List, Items: items})
	}
}

func (w *writer) facts(facts ...Fact) { w.blocks = append(w.blocks, Block{Kind: Facts, Facts: facts}) }

func (w *writer) table(t *Table) { w.blocks = append(w.blocks, Block{Kind: Grid, Table: t}) }

func (w *writer) draw(p picture.Picture) {
	w.blocks = append(w.blocks, Block{Kind: Drawing, Picture: &p})
}

func (w *writer) next() { w.blocks = append(w.blocks, Block{Kind: Break}) }
