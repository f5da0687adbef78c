package practice

import "strings"

// Change is a part of a text beside an older one: kept, new or gone.
type Change struct {
	Text string
	New  bool
	Gone bool
}

// mostCompared bounds the table of one comparison: 25 million cells of 2 bytes.
const mostCompared = 5000

// Changes compares two texts character by character, by a longest common
// subsequence: the kept and the gone parts together are the old text, the kept and
// the new ones the new one. What both begin and end with is set aside first; where
// the rest is too long to compare, it counts as gone and new.
func Changes(before, after string) []Change {
	a, b := []rune(before), []rune(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out joined
	out.add(Change{Text: string(a[:head])})
	out.middle(a[head:len(a)-tail], b[head:len(b)-tail])
	out.add(Change{Text: string(a[len(a)-tail:])})
	return out.parts()
}

// joined gathers changes and puts neighbours of one sort together.
type joined struct{ list []Change }

func (j *joined) add(c Change) {
	if c.Text == "" {
		return
	}
	if n := len(j.list); n > 0 && j.list[n-1].New == c.New && j.list[n-1].Gone == c.Gone {
		j.list[n-1].Text += c.Text
		return
	}
	j.list = append(j.list, c)
}

func (j *joined) parts() []Change { return j.list }

func (j *joined) middle(a, b []rune) {
	x, y := 0, 0
	if len(a) <= mostCompared && len(b) <= mostCompared {
		table, width := common(a, b), len(b)+1
		for x < len(a) && y < len(b) {
			switch {
			case a[x] == b[y]:
				j.add(Change{Text: string(a[x])})
				x, y = x+1, y+1
			case table[(x+1)*width+y] >= table[x*width+y+1]:
				j.add(Change{Text: string(a[x]), Gone: true})
				x++
			default:
				j.add(Change{Text: string(b[y]), New: true})
				y++
			}
		}
	}
	j.add(Change{Text: string(a[x:]), Gone: true})
	j.add(Change{Text: string(b[y:]), New: true})
}

// common is the table of the lengths of the longest common subsequences of all ends
// (Wagner and Fischer 1974).
func common(a, b []rune) []uint16 {
	width := len(b) + 1
	table := make([]uint16, (len(a)+1)*width)
	for x := len(a) - 1; x >= 0; x-- {
		for y := len(b) - 1; y >= 0; y-- {
			if a[x] == b[y] {
				table[x*width+y] = table[(x+1)*width+y+1] + 1
			} else {
				table[x*width+y] = max(table[(x+1)*width+y], table[x*width+y+1])
			}
		}
	}
	return table
}

// FieldChange is one field of two editions that differ there.
type FieldChange struct {
	Field string // as in the form
	Parts []Change
}

// Compare lists the fields in which an edition differs from the one before.
func Compare(before, after Words) (out []FieldChange) {
	numbers := func(w Words) string {
		var b strings.Builder
		for i, n := range w.Indicators {
			if i > 0 {
				b.WriteString("、")
			}
			b.WriteString(string(n))
		}
		return b.String()
	}
	for _, f := range []struct{ field, a, b string }{
		{"title", before.Title, after.Title},
		{"summary", before.Summary, after.Summary},
		{"done", before.Done, after.Done},
		{"results", before.Results, after.Results},
		{"conditions", before.Conditions, after.Conditions},
		{"contact", before.Contact, after.Contact},
		{"indicators", numbers(before), numbers(after)},
		{"text", before.Project.Text, after.Project.Text},
	} {
		if f.a != f.b {
			out = append(out, FieldChange{f.field, Changes(f.a, f.b)})
		}
	}
	return out
}
