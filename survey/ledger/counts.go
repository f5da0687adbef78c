package ledger

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"minyi/indicators/fault"
)

const countsHead = "minyi/counts/v1"

// Cast counts the leaves that are answers: counted, superseded and excluded ones.
func (c Counts) Cast() int64 {
	return c.States[Counted] + c.States[Superseded] + c.States[Excluded]
}

// In counts the leaves in a state that a page names as text, which no index of States
// takes.
func (c Counts) In(state string) int64 { return c.States[State(state)] }

// Fit reports whether every leaf is in one state and every exclusion has its reason.
func (c Counts) Fit() bool {
	var reasons int64
	for _, n := range c.Reasons {
		reasons += n
	}
	return c.Leaves == c.Cast()+c.States[Spoiled] && reasons == c.States[Excluded]
}

// Text writes the counts of a closed log as they are published.
func (c Counts) Text(origin string) string {
	lines := []string{
		countsHead, origin, number("leaves", c.Leaves), number("cast", c.Cast()), number("counted", c.States[Counted]),
		number("superseded", c.States[Superseded]), number("excluded", c.States[Excluded]), number("spoiled", c.States[Spoiled]),
	}
	for _, reason := range slices.Sorted(maps.Keys(c.Reasons)) {
		lines = append(lines, number("excluded/"+reason, c.Reasons[reason]))
	}
	return strings.Join(append(lines, ""), "\n")
}

func number(name string, n int64) string { return name + " " + strconv.FormatInt(n, 10) }

// ParseCounts reads what Text wrote, with the origin. Anything else, and counts that
// do not add up, are ledger.counts.
func ParseCounts(text string) (Counts, string, error) {
	wrong := fault.New(fault.Invalid, "ledger.counts")
	lines := strings.Split(text, "\n")
	c := Counts{States: map[State]int64{}, Reasons: map[string]int64{}}
	const fixed = 2
	if len(lines) < fixed || lines[0] != countsHead {
		return c, "", wrong
	}
	for _, line := range lines[fixed : len(lines)-1] {
		name, digits, _ := strings.Cut(line, " ")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 0 {
			return c, "", wrong
		}
		c.read(name, n)
	}
	if c.Text(lines[1]) != text || !c.Fit() {
		return c, "", wrong
	}
	return c, lines[1], nil
}

func (c *Counts) read(name string, n int64) {
	reason, excluded := strings.CutPrefix(name, "excluded/")
	switch {
	case name == "leaves":
		c.Leaves = n
	case excluded:
		c.Reasons[reason] = n
	case name != "cast":
		c.States[State(name)] = n
	}
}
