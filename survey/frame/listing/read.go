package listing

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/indicators/fault"
	"minyi/survey/frame"
)

// Mistake is something wrong in one cell: a code with words in the language files,
// and where. First is the earlier row that the row repeats.
type Mistake struct {
	Row    int
	Column string // its heading; empty where the whole row is meant
	Code   string
	First  int
}

// Refusal is the mistake as a refusal, with what its sentence says.
func (m Mistake) Refusal() *fault.Refusal {
	return fault.New(fault.Invalid, m.Code, "row", strconv.Itoa(m.Row), "column", m.Column, "first", strconv.Itoa(m.First))
}

// maxMistakes is how many mistakes are kept; the rest is counted.
const maxMistakes = 100_000

// Reading is what a list says under a mapping.
type Reading struct {
	Rows     int // below the heading
	Bad      int // rows with a mistake
	Total    int // mistakes
	Mistakes []Mistake
	Sample   [][]string // the first rows as they stand, for looking

	kind   Kind
	strata map[string]*stratum
	seen   map[string]int
	psus   map[string]place
	flat   bool
}

type stratum struct {
	domain string
	psus   map[string]*psu
}

type psu struct {
	name   string
	size   int64
	people []frame.Person
}

// place is where a PSU was first named.
type place struct {
	stratum string
	row     int
}

// shown is how many rows a preview shows.
const shown = 10

// reader reads rows under a mapping.
type reader struct {
	*Reading
	m     Mapping
	heads []string
	row   int
	cells []string
	wrong bool // of the row at hand
}

// Read reads a list under a mapping that Check has passed. Mistakes are in the
// Reading; an error is only what concerns the whole file. progress may be nil; it is
// told now and then how many rows were read.
func Read(t *Table, k Kind, m Mapping, progress func(rows int)) (*Reading, error) {
	r := &reader{Reading: &Reading{
		kind: k, strata: map[string]*stratum{}, seen: map[string]int{}, psus: map[string]place{},
		flat: k == People && m.column(PSU) < 0,
	}, m: m, heads: t.Heads}
	const now = 1000
	err := t.Rows(func(row int, cells []string) error {
		r.take(row, cells)
		if progress != nil && r.Rows%now == 0 {
			progress(r.Rows)
		}
		return nil
	})
	return r.Reading, err
}

// take reads one row.
func (r *reader) take(row int, cells []string) {
	r.row, r.cells, r.wrong = row, cells, false
	r.Rows++
	if len(r.Sample) < shown {
		r.Sample = append(r.Sample, slices.Clone(cells))
	}
	if len(cells) > len(r.heads) && !blank(cells[len(r.heads):]) {
		r.mistake("listing.cells", "", 0)
	}
	if r.kind == People {
		r.person()
	} else {
		r.area()
	}
	if r.wrong {
		r.Bad++
	}
}

func (r *reader) mistake(code string, role Role, first int) {
	column := ""
	if at := r.m.column(role); at >= 0 {
		column = r.heads[at]
	}
	r.wrong = true
	r.Total++
	if len(r.Mistakes) < maxMistakes {
		r.Mistakes = append(r.Mistakes, Mistake{Row: r.row, Column: column, Code: code, First: first})
	}
}

// cell is the trimmed cell of a role; empty where the row or the list has none.
func (r *reader) cell(role Role) string {
	at := r.m.column(role)
	if at < 0 || at >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[at])
}

// text is a cell of a role that holds a name; needed ones must not be empty.
func (r *reader) text(role Role, needed bool, most int) string {
	s := r.cell(role)
	switch {
	case s == "" && needed && r.m.column(role) >= 0:
		r.mistake("listing.missing", role, 0)
	case !readable(s):
		r.mistake("listing.letters", role, 0)
	case utf8.RuneCountInString(s) > most:
		r.mistake("listing.long", role, 0)
	}
	return s
}

// readable refuses broken UTF-8, control and direction marks (S20).
func readable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, c := range s {
		if c < ' ' || c == 0x7f || c == utf8.RuneError || (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) {
			return false
		}
	}
	return true
}

// level names the stratum of a row: its domain, its stratum, and what crosses it.
func (r *reader) level() (name, domain string) {
	domain = r.text(Domain, true, maxText)
	var parts []string
	if domain != "" {
		parts = append(parts, domain)
	}
	parts = append(parts, r.text(Stratum, true, maxText))
	if r.m.column(Cross) >= 0 {
		parts = append(parts, r.text(Cross, true, maxText))
	}
	return strings.Join(parts, "·"), domain
}

// at is the PSU of a row, made where it is the first of it.
func (r *reader) at(level, domain, code, name string) *psu {
	s := r.strata[level]
	if s == nil {
		s = &stratum{domain: domain, psus: map[string]*psu{}}
		r.strata[level] = s
	}
	p := s.psus[code]
	if p == nil {
		if name == "" {
			name = code
		}
		p = &psu{name: name}
		s.psus[code] = p
	}
	return p
}

// area reads a row that names a village or committee.
func (r *reader) area() {
	level, domain := r.level()
	code, name := r.text(PSU, true, maxText), r.text(Label, false, maxText)
	size, ok := count(r.cell(Size))
	if !ok {
		r.mistake("listing.size", Size, 0)
	}
	if first, twice := r.psus[code]; twice && code != "" {
		r.mistake("listing.twice", PSU, first.row)
	}
	if r.wrong {
		return
	}
	r.psus[code] = place{level, r.row}
	r.at(level, domain, code, name).size = size
}

// maxSize is the largest PSU.
const maxSize = 100_000_000

// count reads a whole number above 0 as spreadsheets write it: with thousands
// apart, or with zeros behind the point.
func count(s string) (int64, bool) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, ",", ""), "，", "")
	if whole, rest, found := strings.Cut(s, "."); found && strings.Trim(rest, "0") == "" {
		s = whole
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 1 && n <= maxSize
}

// person reads a row that names a person or household.
func (r *reader) person() {
	level, domain := r.level()
	code, name := r.text(PSU, true, maxText), r.text(Label, false, maxText)
	who := frame.Person{
		Code: r.text(Code, true, maxText), Name: r.text(Name, false, maxText),
		Phone: r.number(), Address: r.text(Address, false, maxAddress),
	}
	if who.Name == "" && who.Phone == "" && who.Address == "" {
		r.mistake("listing.anonymous", "", 0)
	} else if first, twice := r.seen[who.Key()]; twice {
		r.mistake("listing.again", Code, first)
	}
	if first, known := r.psus[code]; known && !r.flat && code != "" && first.stratum != level {
		r.mistake("listing.elsewhere", PSU, first.row)
	}
	if r.wrong {
		return
	}
	r.seen[who.Key()] = r.row
	if _, known := r.psus[code]; !known {
		r.psus[code] = place{level, r.row}
	}
	p := r.at(level, domain, code, name)
	p.people = append(p.people, who)
	p.size++
}

// number reads a telephone number: digits, with spaces, hyphens, brackets and a plus
// left out. A number that Excel has shortened to 1.39E+10 is lost.
func (r *reader) number() string {
	s := r.cell(Phone)
	if s == "" {
		return ""
	}
	digits := strings.NewReplacer(" ", "", "-", "", "－", "", "(", "", ")", "", "（", "", "）", "", "\u00a0", "").Replace(s)
	plus := strings.TrimPrefix(digits, "+")
	const least, longest = 5, 20
	switch {
	case strings.Trim(plus, "0123456789") == "" && len(plus) >= least && len(plus) <= longest:
		return digits
	case strings.ContainsAny(plus, "eE") && strings.Trim(plus, "0123456789.eE+") == "":
		r.mistake("listing.shortened", Phone, 0)
	default:
		r.mistake("listing.phone", Phone, 0)
	}
	return ""
}
