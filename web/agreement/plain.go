package agreement

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/evaluation"
	"minyi/web/view"
)

// plain says in words what the figures of a track come to: how far two sheets lie
// apart, how far one sheet can be relied on, and who is lenient or strict.
func (d *Door) plain(c *fiber.Ctx, t evaluation.TrackAgreement) (out []string) {
	say := func(key string, params map[string]string) {
		out = append(out, d.Texts.Say(view.LangOf(c), key, params))
	}
	if len(t.Pairs) > 0 {
		say("agreement.plain.apart", map[string]string{
			"dossiers": strconv.Itoa(t.Total.Dossiers), "apart": oneDecimal(t.Total.Apart * inMarks(indicators.Hundred)), "most": furthest(t.Pairs).String(),
		})
	}
	one := t.Total.One
	if !one.Known {
		say("agreement.plain.few", map[string]string{"least": strconv.Itoa(evaluation.LeastPairs)})
	} else {
		say("agreement.plain."+band(one.Value), map[string]string{
			"value": decimals(one.Value), "low": decimals(one.Low), "high": decimals(one.High),
		})
	}
	said := false
	for _, l := range t.Model.Leniency {
		switch {
		case !l.Known:
		case l.Low > 0:
			say("agreement.plain.lenient", map[string]string{"who": l.Assessor, "marks": oneDecimal(l.Effect)})
			said = true
		case l.High < 0:
			say("agreement.plain.strict", map[string]string{"who": l.Assessor, "marks": oneDecimal(-l.Effect)})
			said = true
		}
	}
	if !said && t.Model.Refused == "" {
		say("agreement.plain.even", nil)
	}
	return out
}

// band names how reliable one sheet is (Koo and Li 2016, A guideline of selecting
// and reporting intraclass correlation coefficients, J Chiropr Med 15, 155-163).
func band(icc float64) string {
	const poor, moderate, good = 0.5, 0.75, 0.9
	switch {
	case icc < poor:
		return "poor"
	case icc < moderate:
		return "moderate"
	case icc < good:
		return "good"
	}
	return "excellent"
}

// furthest is the largest distance of two totals.
func furthest(pairs []evaluation.Pair) (most indicators.Mark) {
	for _, p := range pairs {
		most = max(most, p.Totals[0]-p.Totals[1], p.Totals[1]-p.Totals[0])
	}
	return most
}

func oneDecimal(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func decimals(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
