package yearly

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/supervision"
	"minyi/web/login"
)

// ItemRow is one indicator with what the team found of it.
type ItemRow struct {
	indicators.Indicator
	Item   supervision.Item
	Limits []LimitRow
	Wrong  string
}

// LimitRow is one threshold with the value that was entered and what it says.
type LimitRow struct {
	indicators.Threshold
	N     int
	Asks  indicators.Ask
	Entry indicators.Entry
	Judge indicators.Judgement
}

// level fills in the headings, and the indicators of the one that is shown.
func (d *Door) level(p *CheckPage) {
	names := []string{}
	for _, i := range p.Applicable {
		if !slices.Contains(names, i.Level1) {
			names = append(names, i.Level1)
			p.Levels = append(p.Levels, LevelLink{N: len(names), Name: i.Level1})
		}
		at := &p.Levels[slices.Index(names, i.Level1)]
		switch p.Check.Items[i.Number].Verdict {
		case "":
			at.Left++
		case supervision.Unmet:
			at.Unmet++
		case supervision.Met, supervision.Inapplicable:
		}
	}
	if p.Level < 1 || p.Level > len(names) {
		p.Level = 0
		return
	}
	for _, i := range p.Applicable {
		if i.Level1 == names[p.Level-1] {
			p.Items = append(p.Items, d.item(i, p.Check.Items[i.Number]))
		}
	}
}

func (d *Door) item(i indicators.Indicator, found supervision.Item) ItemRow {
	out := ItemRow{Indicator: i, Item: found}
	said := indicators.JudgeAll(i.Thresholds, found.Entries, d.Calendar)
	for n, t := range i.Thresholds {
		row := LimitRow{Threshold: t, N: n, Asks: t.Asks(), Judge: said[n]}
		if n < len(found.Entries) {
			row.Entry = found.Entries[n]
		}
		out.Limits = append(out.Limits, row)
	}
	return out
}

// Find keeps what the team found of the indicators of a heading: for each verdict-N,
// item-N and the values figure-N-K, part-N-K, whole-N-K, on-N-K, from-N-K and to-N-K;
// rest and rest_text stand for those left empty; seen, level.
func (d *Door) Find(c *fiber.Ctx) error {
	seen, err := strconv.Atoi(c.FormValue("seen"))
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	page, err := d.check(c)
	if err != nil {
		return err
	}
	found := page.typed(c)
	err = d.Supervision.Find(c.UserContext(), login.Actor(c), c.Params("check"), seen, found)
	if err == nil || fault.KindOf(err) == 0 {
		return d.back(c, err, "found")
	}
	if page, failed := d.check(c); failed == nil {
		for i := range page.Items {
			if item, ok := found[page.Items[i].Number]; ok {
				page.Items[i] = d.item(page.Items[i].Indicator, item)
			}
		}
		return d.pages.Again(c, err, "check", page)
	}
	return err
}

// typed are the findings of the form that say something new.
func (p *CheckPage) typed(c *fiber.Ctx) map[indicators.Number]supervision.Item {
	found := map[indicators.Number]supervision.Item{}
	rest := supervision.Verdict(c.FormValue("rest"))
	for _, row := range p.Items {
		n := string(row.Number)
		item := supervision.Item{Verdict: supervision.Verdict(c.FormValue("verdict-" + n)), Text: c.FormValue("item-" + n)}
		for k := range row.Thresholds {
			at := "-" + n + "-" + strconv.Itoa(k)
			item.Entries = append(item.Entries, indicators.Entry{
				Figure: c.FormValue("figure" + at), Part: c.FormValue("part" + at), Whole: c.FormValue("whole" + at),
				On: c.FormValue("on" + at), From: c.FormValue("from" + at), To: c.FormValue("to" + at),
			})
		}
		if item.Verdict == "" && rest != "" {
			item.Verdict = rest
			if item.Text == "" {
				item.Text = c.FormValue("rest_text")
			}
		}
		old := row.Item
		if item.Verdict != "" && (item.Verdict != old.Verdict || item.Text != old.Text || !slices.Equal(item.Entries, old.Entries)) {
			found[row.Number] = item
		}
	}
	return found
}
