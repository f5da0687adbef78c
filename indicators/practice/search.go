package practice

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"unicode"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// Query is what somebody looks for; empty fields count nothing.
type Query struct {
	Words     string
	Field     roster.Field
	Heading   string // first-level heading
	Indicator indicators.Number
	System    indicators.System // of Indicator
	Kind      roster.Group
	Year      int
}

// Piece is a part of an excerpt; Hit: it was looked for.
type Piece struct {
	Text string
	Hit  bool
}

// Found is a practice that was found, with an excerpt around what was looked for.
type Found struct {
	Entry
	Excerpt []Piece
	score   int
}

// shelf is the published practices with their index, made anew after a change.
type shelf struct {
	mu   sync.Mutex
	made bool
	rows []row
}

// row is one published practice as the search sees it.
type row struct {
	practice Practice
	kind     roster.Group
	system   indicators.System
	headings []string
	text     string         // all words, folded
	grams    map[string]int // weight of each pair of neighbouring characters
}

func (s *shelf) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made = false
}

// rows returns the index, read from the store where it is not there.
func (s *Service) rows(ctx context.Context) ([]row, error) {
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	if s.shelf.made {
		return s.shelf.rows, nil
	}
	all, err := s.Store.Practices(ctx)
	if err != nil {
		return nil, err
	}
	s.shelf.rows = nil
	for _, p := range all {
		if !p.Shown() {
			continue
		}
		r, err := s.row(ctx, p)
		if err != nil {
			return nil, err
		}
		s.shelf.rows = append(s.shelf.rows, r)
	}
	slices.SortStableFunc(s.shelf.rows, func(a, b row) int { return b.practice.Published.Compare(a.practice.Published) })
	s.shelf.made = true
	return s.shelf.rows, nil
}

func (s *Service) row(ctx context.Context, p Practice) (row, error) {
	u, err := s.Units.Unit(p.Unit)
	if err != nil {
		return row{}, err
	}
	book, err := s.Units.Catalogue(ctx, p.Round, u.System())
	if err != nil {
		return row{}, err
	}
	r := row{practice: p, kind: u.Group(), system: u.System(), grams: map[string]int{}}
	for _, n := range p.Words.Indicators {
		if i, ok := book.Find(n); ok && !slices.Contains(r.headings, i.Level1) {
			r.headings = append(r.headings, i.Level1)
		}
	}
	w := p.Words
	const title, summary, rest = 8, 3, 1
	for _, f := range []struct {
		text   string
		weight int
	}{{w.Title, title}, {u.Name, summary}, {u.NameEN, summary}, {w.Summary, summary}, {w.Done, rest}, {w.Results, rest}, {w.Conditions, rest}} {
		text := fold(f.text)
		r.text += text + "\n"
		for _, g := range grams(text) {
			r.grams[g] += f.weight
		}
	}
	return r, nil
}

// fold makes full-width letters and digits narrow and capitals small, so that how
// something was typed does not matter.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		const wide, narrow = '！', '!'
		if r >= wide && r <= '～' {
			r = r - wide + narrow
		}
		if r == '　' {
			r = ' '
		}
		return unicode.ToLower(r)
	}, s)
}

// grams are all pairs of neighbouring characters, the plain index of texts without
// blanks between words.
func grams(s string) (out []string) {
	last := rune(0)
	for _, r := range s {
		if last != 0 && !unicode.IsSpace(last) && !unicode.IsSpace(r) {
			out = append(out, string([]rune{last, r}))
		}
		last = r
	}
	return out
}

// matches says how well a row answers all terms; 0: it lacks one. The index rules
// out most rows; whether the term stands there as it was typed is then looked up in
// the text.
func (r row) matches(terms []string) int {
	score := 1
	for _, t := range terms {
		for _, g := range grams(t) {
			if r.grams[g] == 0 {
				return 0
			}
			score += r.grams[g]
		}
		if !strings.Contains(r.text, t) {
			return 0
		}
	}
	return score
}

// terms are the words of a query; quotation marks and commas part them as blanks do.
func terms(q string) []string {
	const most = 8
	out := strings.FieldsFunc(fold(q), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`,，、;；"“”`, r)
	})
	return out[:min(len(out), most)]
}

func (r row) answers(q Query) bool {
	p := r.practice
	switch {
	case q.Field != "" && p.Words.Project.Field != q.Field,
		q.Heading != "" && !slices.Contains(r.headings, q.Heading),
		q.Indicator != "" && (!slices.Contains(p.Words.Indicators, q.Indicator) || q.System != "" && r.system != q.System),
		q.Kind != "" && r.kind != q.Kind,
		q.Year != 0 && p.Year() != q.Year:
		return false
	}
	return true
}

// Search finds published practices: all words of the query in any field, best
// first; without words the newest first. Everybody may (C53).
func (s *Service) Search(ctx context.Context, q Query) ([]Found, error) {
	rows, err := s.rows(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return nil, err
	}
	looked := terms(q.Words)
	var out []Found
	for _, r := range rows {
		if !r.answers(q) {
			continue
		}
		if score := r.matches(looked); score > 0 {
			out = append(out, Found{Entry: r.entry(names, roster.DateOf(s.Now())), Excerpt: excerpt(r.practice.Words, looked), score: score})
		}
	}
	if len(looked) > 0 {
		slices.SortStableFunc(out, func(a, b Found) int { return cmp.Compare(b.score, a.score) })
	}
	return out, nil
}

// entry is what everybody may read: no account and no event.
func (r row) entry(names []supervision.Record, today roster.Date) Entry {
	e := Entry{Practice: r.practice, Kind: r.kind, Headings: r.headings, Standing: naming.Revoked}
	if n, ok := standing(names, r.practice.Naming); ok {
		e.Name, e.Standing = n.Title, n.On(today)
	}
	e.Editions, e.Events = nil, nil
	e.Takeovers = slices.Clone(e.Takeovers)
	for i := range e.Takeovers {
		e.Takeovers[i].By = ""
	}
	return e
}

// Public gives everybody a published practice; any other is as one that is not
// there.
func (s *Service) Public(ctx context.Context, id string) (Entry, error) {
	rows, err := s.rows(ctx)
	if err != nil {
		return Entry{}, err
	}
	n := slices.IndexFunc(rows, func(r row) bool { return r.practice.ID == id })
	if n < 0 {
		return Entry{}, unknown()
	}
	names, err := s.Store.NamedRecords(ctx)
	return rows[n].entry(names, roster.DateOf(s.Now())), err
}

// OfName are the published practices under a name, newest first: for its entry in
// the register.
func (s *Service) OfName(ctx context.Context, id string) ([]Entry, error) {
	rows, err := s.rows(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.Store.NamedRecords(ctx)
	var out []Entry
	for _, r := range rows {
		if r.practice.Naming == id {
			out = append(out, r.entry(names, roster.DateOf(s.Now())))
		}
	}
	return out, err
}

// Suggest are published practices of the same system that touch an indicator, the
// most taken over first, but none of the unit's own and none whose name was revoked.
func (s *Service) Suggest(ctx context.Context, unit roster.UnitCode, system indicators.System, n indicators.Number) ([]Entry, error) {
	found, err := s.Search(ctx, Query{Indicator: n, System: system})
	var out []Entry
	for _, f := range found {
		if f.Unit != unit && !f.Revoked() {
			out = append(out, f.Entry)
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return cmp.Compare(len(b.Takeovers), len(a.Takeovers)) })
	return out, err
}

// Years are the years of the published practices, newest first.
func (s *Service) Years(ctx context.Context) ([]int, error) {
	rows, err := s.rows(ctx)
	var out []int
	for _, r := range rows {
		if y := r.practice.Year(); !slices.Contains(out, y) {
			out = append(out, y)
		}
	}
	return out, err
}

// Taken reports whether the actor's unit has taken the practice over, with its note.
func (e Entry) Taken(by access.Actor) (Takeover, bool) {
	n := slices.IndexFunc(e.Takeovers, func(t Takeover) bool { return string(t.Unit) == by.Unit && by.Role == access.Applicant })
	if n < 0 {
		return Takeover{}, false
	}
	return e.Takeovers[n], true
}

// excerpt is the part of the first text that holds a term, with every term in it
// marked; the beginning of the summary where nothing was looked for or only the
// title holds it.
func excerpt(w Words, terms []string) []Piece {
	const before, after = 30, 110
	text, at := []rune(w.Summary), 0
	for _, body := range []string{w.Summary, w.Done, w.Results, w.Conditions} {
		if n := first(fold(body), terms); n >= 0 {
			text, at = []rune(body), n
			break
		}
	}
	from, to := max(0, at-before), min(len(text), at+after)
	pieces := pieces(string(text[from:to]), terms)
	if from > 0 {
		pieces = append([]Piece{{Text: "…"}}, pieces...)
	}
	if to < len(text) {
		pieces = append(pieces, Piece{Text: "…"})
	}
	return pieces
}

// first is where the first of the terms stands, in characters; -1 for none.
func first(text string, terms []string) int {
	best := -1
	for _, t := range terms {
		if n := strings.Index(text, t); n >= 0 {
			if n = len([]rune(text[:n])); best < 0 || n < best {
				best = n
			}
		}
	}
	return best
}

// pieces cuts a text into what was looked for and what lies between. Folding keeps
// the number of characters, so that places in the folded text are places here.
func pieces(text string, terms []string) (out []Piece) {
	plain, folded := []rune(text), []rune(fold(text))
	begin := 0
	for at := 0; at < len(folded); {
		n := longest(folded[at:], terms)
		if n == 0 {
			at++
			continue
		}
		if at > begin {
			out = append(out, Piece{Text: string(plain[begin:at])})
		}
		out = append(out, Piece{Text: string(plain[at : at+n]), Hit: true})
		at += n
		begin = at
	}
	if begin < len(plain) {
		out = append(out, Piece{Text: string(plain[begin:])})
	}
	return out
}

// longest is the length of the longest term that the text begins with.
func longest(text []rune, terms []string) (n int) {
	for _, t := range terms {
		r := []rune(t)
		if len(r) > n && len(r) <= len(text) && slices.Equal(text[:len(r)], r) {
			n = len(r)
		}
	}
	return n
}
