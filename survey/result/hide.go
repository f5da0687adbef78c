package result

// Hiding says why a figure is not shown; empty where it is.
type Hiding string

// A cell is hidden for itself, as too few people are behind it (Small), or so that
// no other hidden one can be worked out from what is shown (Guard).
const (
	Shown Hiding = ""
	Small Hiding = "small"
	Guard Hiding = "guard"
)

// Line says which categories of a list are hidden when their total is shown:
// those of fewer than least answers, and with them, smallest first, so many others
// that at least two are hidden and least answers lie behind the hidden ones
// together. Whoever takes the shown ones from the total is then left with a group
// that may itself be shown. A category without answers has nothing to hide.
//
// Where too few are left the whole list is hidden.
func Line(counts []int, least int) []Hiding {
	out := make([]Hiding, len(counts))
	hidden, sum := 0, 0
	for k, n := range counts {
		if n > 0 && n < least {
			out[k] = Small
			hidden, sum = hidden+1, sum+n
		}
	}
	for hidden > 0 && (hidden < 2 || sum < least) {
		next := smallest(counts, out)
		if next < 0 {
			break
		}
		out[next] = Guard
		hidden, sum = hidden+1, sum+counts[next]
	}
	return out
}

// smallest is the shown category of fewest answers, -1 where none is left.
func smallest(counts []int, why []Hiding) int {
	next := -1
	for k, n := range counts {
		if n > 0 && why[k] == Shown && (next < 0 || n < counts[next]) {
			next = k
		}
	}
	return next
}
