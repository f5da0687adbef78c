package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// longest is how many characters a query has at most.
const longest = 100

// Query is a text as it is looked for.
type Query struct {
	Text   string   // as typed, without space at the ends
	whole  string   // folded
	pieces []string // all of which have to be there
}

// Parse reads a query. A longer one than 100 characters is refused with
// search.too_long, one of a single letter or digit that is none of Han with
// search.too_short; an indicator is found by its number all the same.
func Parse(text string) (Query, error) {
	q := Query{Text: strings.TrimSpace(text)}
	if utf8.RuneCountInString(q.Text) > longest || !utf8.ValidString(q.Text) {
		return q, fault.New(fault.Invalid, "search.too_long").At("q")
	}
	q.whole = access.Fold(q.Text)
	for _, word := range strings.Fields(q.whole) {
		q.pieces = append(q.pieces, pieces(word)...)
	}
	return q, nil
}

// Empty reports whether there is nothing to look for.
func (q Query) Empty() bool { return len(q.pieces) == 0 }

// Pieces are what a text has to hold, folded.
func (q Query) Pieces() []string { return q.pieces }

// pieces cuts a word: a run of more than three Han characters into pairs, the last
// pair overlapping where their number is odd.
func pieces(word string) []string {
	const pair, short = 2, 3
	var out []string
	for _, run := range runs(word) {
		r := []rune(run)
		if !unicode.Is(unicode.Han, r[0]) || len(r) <= short {
			out = append(out, run)
			continue
		}
		for i := 0; i < len(r); i += pair {
			from := min(i, len(r)-pair)
			out = append(out, string(r[from:from+pair]))
		}
	}
	return out
}

// runs parts a word where Han characters begin or end.
func runs(word string) []string {
	var out []string
	from, han := 0, false
	for i, r := range word {
		is := unicode.Is(unicode.Han, r)
		if i > 0 && is != han {
			out, from = append(out, word[from:i]), i
		}
		han = is
	}
	if from < len(word) {
		out = append(out, word[from:])
	}
	return out
}

// Scores of a text.
const (
	holds = 1 // every piece
	whole = 2 // the query as it was typed
	head  = 3 // and begins with it
	equal = 4
)

// Score says how well texts that belong together fit the query; 0: not at all.
func (q Query) Score(texts ...string) int {
	all, best := make([]string, len(texts)), 0
	for i, t := range texts {
		f := access.Fold(t)
		all[i] = f
		switch {
		case f == q.whole:
			best = max(best, equal)
		case strings.HasPrefix(f, q.whole):
			best = max(best, head)
		case strings.Contains(f, q.whole):
			best = max(best, whole)
		}
	}
	if best > 0 {
		return best
	}
	joined := strings.Join(all, "\n")
	for _, p := range q.pieces {
		if !strings.Contains(joined, p) {
			return 0
		}
	}
	return holds
}
