package review

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/quality"
	"minyi/web/view"
)

// HeapLine is one question that asks for a number, with how its answers end.
type HeapLine struct {
	ID, Text      string
	N             int
	Digits        []string // shares, of 0 to 9
	Round, Chi, P string
	Groups        []HeapGroup
}

// HeapGroup is a place or an interviewer whose numbers end unlike those of others.
type HeapGroup struct {
	Name, Round, Z string
	N              int
	Hand           bool // an interviewer
}

// leastHeapGroup is how many numbers a group needs to be shown.
const leastHeapGroup = 10

func heaps(c *fiber.Ctx, b *survey.Board) (out []HeapLine) {
	hands := map[string]bool{}
	for _, name := range b.Hands.Names {
		hands[name] = true
	}
	for _, h := range b.Heaps {
		q, _ := b.Paper.Question(h.Question)
		line := HeapLine{ID: h.Question, Text: q.Text.In(string(view.LangOf(c))), N: h.N, Chi: view.Decimal(h.Chi, 1), P: strings.TrimPrefix(chance(h.P), "= ")}
		for _, n := range h.Digits {
			line.Digits = append(line.Digits, part(n, h.N))
		}
		line.Round = part(h.Digits[0]+h.Digits[5], h.N)
		for _, g := range h.Groups {
			if odd(g) {
				line.Groups = append(line.Groups, HeapGroup{Name: g.Name, N: g.N, Round: view.Percent(g.Round, 0), Z: view.Decimal(g.Z, 1), Hand: hands[g.Name]})
			}
		}
		out = append(out, line)
	}
	return out
}

func odd(g quality.HeapGroup) bool {
	const beyond = 3
	return g.N >= leastHeapGroup && (g.Z > beyond || g.Z < -beyond)
}

func part(n, of int) string { return view.Percent(float64(n)/float64(of), 0) }

// Tens are the digits from 0 to 9, for the heads of a table.
func (p *ListPage) Tens() (out []string) {
	for d := range 10 {
		out = append(out, strconv.Itoa(d))
	}
	return out
}
