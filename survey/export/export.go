// Package export writes the answers of one survey in the formats that
// statisticians, archives and other programs read: CSV, XLSX, SPSS system files,
// Stata files, DDI-Codebook, Triple-S, and an R script that does the weighting and
// the estimates again. Every file says inside for whom, when and for what purpose
// it was made (S45).
//
// It writes what it is handed and knows no survey, no store and no page: it
// chooses no rows, makes no estimate and has no words of its own.
//
// # Who judges it
//
// No row without an independent judge. In CI a judge that is missing is a failure
// (MINYI_READERS); elsewhere its test is skipped.
//
//	feature                          judge                           input                     tolerance    test
//	.sav: values, long names,        PSPP 1.6: DISPLAY DICTIONARY,   4 rows with Chinese,      exact        TestReadersPSPP
//	  labels, user-missing values,     DISPLAY DOCUMENTS, LIST,        texts of 2,700 bytes,
//	  dates, weights, purpose          weighted FREQUENCIES            long codes, weights
//	.sav, .dta: the same rows        ReadStat 1.1: readstat to CSV   the same                  exact        TestReadersReadStat
//	.sav, .dta in R: labels, .a .b,  haven 2.5, foreign 0.8          the same                  exact        TestReadersR
//	  long missing codes, strL
//	DDI, Triple-S: well formed       xmllint (libxml2 2.9)           the same                  -            TestReadersXML
//	DDI: order of elements,          codebook.xsd 2.5 (by xmllint,   the same                  exact        TestDDIHasItsElements…,
//	  questions, frequencies           once by hand), then our walk                                         TestDDICountsEach…
//	CSV: BOM, CRLF, formula guard    encoding/csv                    the same                  exact        TestCSVIsUTF8…
//	XLSX: types, no formulas         excelize's reader               the same                  exact        TestXLSXKeepsTypes…
//	Triple-S: places of the fields   encoding/xml, encoding/csv      the same                  exact        TestTripleSDescribes…
//	R script: weights, shares,       R 4.2 with survey 4.1 runs it   240 raked answers of a    1e-9; SE and survey: TestReaders-
//	  means, index, limits             on the exported files           made-up survey          limits 1e-8  ScriptRedoesTheRelease
package export

import (
	"time"
)

// Name is one text in both languages.
type Name struct{ Zh, En string }

// In returns the text in a language ("en", else Chinese); the other one where
// there is none.
func (n Name) In(lang string) string {
	if lang == "en" && n.En != "" || n.Zh == "" {
		return n.En
	}
	return n.Zh
}

// Kind is what the values of a variable are.
type Kind uint8

// The kinds. A date counts the days since 1970-01-01.
const (
	Numeric Kind = iota
	Text
	Date
)

// Level is the level of measurement.
type Level uint8

// The levels.
const (
	Nominal Level = iota
	Ordinal
	Scale
)

// String returns the word of DDI: nominal, ordinal, ratio.
func (l Level) String() string { return [...]string{"nominal", "ordinal", "ratio"}[l] }

// Label says what a value of a variable means. Number is the value of a numeric
// variable, Code that of a text. Missing marks what a respondent gave instead of an
// answer, such as 不清楚: a user-missing value.
type Label struct {
	Number  float64
	Code    string
	Text    Name
	Missing bool
}

// Variable is a column. Its name comes from Names: a letter, then letters, digits
// and underscores, at most 32. Question is the wording where one was asked.
type Variable struct {
	Name     string
	Label    Name
	Question Name
	Kind     Kind
	Level    Level
	Decimals int // shown digits behind the point
	Labels   []Label
}

// Cell is one value. Empty is no value at all: system-missing.
type Cell struct {
	Number float64
	Text   string
	Empty  bool
}

// text is the text of a cell, empty where there is no value.
func (c Cell) text() string {
	if c.Empty {
		return ""
	}
	return c.Text
}

// Reading says for whom, when and for what an export was made.
type Reading struct {
	Reader  string
	At      time.Time
	Purpose string
}

// Study is what is known of the survey as a whole. Lang is the language of files
// that carry one only.
type Study struct {
	ID            string
	Title         Name
	Producer      Name
	Organiser     Name
	Place         Name
	From, To      string // days of the fieldwork, 2026-03-01
	Universe      Name
	Sampling      Name
	Mode          Name
	Weighting     Name
	Questionnaire string // hash of the paper
	Software      string
	Access        Name // who may use the data, and how
	Read          Name // the sentence that says for whom, when and why
	Reading       Reading
	Lang          string
}

// Dataset is a table with its codebook. Rows calls fn for each row; it can be
// called again and then gives the same rows. The cells handed to fn are only good
// until it returns. Weight names the variable that holds the weights, empty for
// none.
type Dataset struct {
	Study     Study
	Variables []Variable
	Weight    string
	Rows      func(fn func([]Cell) error) error
}

// lines are what files say of the study, one a line.
func (s Study) lines() []string {
	var out []string
	for _, line := range []string{
		s.Title.In(s.Lang), s.Producer.In(s.Lang), s.Universe.In(s.Lang), s.Sampling.In(s.Lang), s.Mode.In(s.Lang),
		s.Weighting.In(s.Lang), s.Access.In(s.Lang), s.From + " – " + s.To, "questionnaire " + s.Questionnaire, s.Software, s.Read.In(s.Lang),
	} {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}
