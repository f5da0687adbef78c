package results

import (
	"math"
	"testing"

	"minyi/survey/result/picture"
	"minyi/survey/tabulate"
)

// A column of words is set as words though its cells have digits, such as items with
// their numbers: on one line they would push the figures off the page.
func TestAColumnOfItemsIsOneOfWords(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]bool{
		"q02 您对办事的方便程度满意吗": false, "18—29岁": false, "60岁及以上": false, "隐去": false, "—": false, "": false,
		"74.6%": true, "70.2% – 78.6%": true, "1,443": true, "+2.50 – +5.71": true, "<10": true, "<0.001": true, "2 – 3": true,
		"63.4% (53.9% – 72.3%), n=113": true, "-0.3": true,
	} {
		if got := figure(cell); got != want {
			t.Errorf("%q is a figure: got %v, want %v", cell, got, want)
		}
	}
	g := Grid{Head: []string{"#", "item", "n"}}
	g.add("1", "q02 how convenient", "12")
	if line := g.Line(g.Rows[0]); !line[0].Words || line[1].Words {
		t.Errorf("got %+v, want words and then figures", line)
	}
}

// A standard error is no difference: it has no sign.
func TestAStandardErrorHasNoSign(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ got, want string }{
		"of a share":      {shareOff(0.0136), "1.36%"},
		"of a difference": {pointsOff(0.0136), "1.4"},
		"a difference":    {points(0.0136), "+1.4"},
		"not known":       {pointsOff(tabulate.Number(math.NaN())), "—"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", name, c.got, c.want)
		}
	}
}

func TestUnitsThatAnswerAlikeAreLookedAtCloser(t *testing.T) {
	t.Parallel()
	whole := picture.Axis{To: 100, Step: 20}
	row := func(low, high float64) picture.Row { return picture.Row{Low: low, High: high} }
	nan := math.NaN()
	for name, c := range map[string]struct {
		rows           []picture.Row
		from, to, step float64
	}{
		"alike":           {[]picture.Row{row(66.2, 68.6), row(70.4, 72.6)}, 60, 80, 10},
		"in one tenth":    {[]picture.Row{row(71, 72)}, 60, 80, 10},
		"at the end":      {[]picture.Row{row(97, 100)}, 80, 100, 10},
		"at the start":    {[]picture.Row{row(0, 3)}, 0, 20, 10},
		"far apart":       {[]picture.Row{row(3, 12), row(88, 93)}, 0, 100, 20},
		"hidden or alone": {[]picture.Row{{Low: 1, High: 2, Hidden: "<10"}, row(nan, nan)}, 0, 100, 20},
	} {
		if got := closer(whole, c.rows); got.From != c.from || got.To != c.to || got.Step != c.step {
			t.Errorf("%s: got %v to %v by %v, want %v to %v by %v", name, got.From, got.To, got.Step, c.from, c.to, c.step)
		}
	}
}
