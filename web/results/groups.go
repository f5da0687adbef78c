package results

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey/questionnaire"
	"minyi/survey/result"
	"minyi/survey/result/picture"
)

// ways are the ways to group, in the order of the page.
func ways() []string {
	return []string{result.Sex, result.Age, result.AgeAsked, result.Residence, result.Stratum}
}

// ways are those that the survey has.
func (r reading) ways() []string {
	return slices.DeleteFunc(ways(), func(w string) bool { return !r.Has(w) })
}

// crossable are the ways that one is crossed with.
func (r reading) crossable(with string) []string {
	all := result.Crossable()
	if !slices.Contains(all, with) {
		return nil
	}
	return slices.DeleteFunc(r.ways(), func(w string) bool { return w == with || !slices.Contains(all, w) })
}

// or is a text where there is one, else the word itself, such as the name of a
// stratum.
func (d desk) or(key, word string) string {
	if d.Texts.Has(d.lang, key) {
		return d.say(key)
	}
	return word
}

// category is the name of a group.
func (d desk) category(way, name string) string {
	switch {
	case way == result.Everybody:
		return d.say("results.everybody")
	case name == "":
		return d.say("agency.category.unknown")
	case way == result.Stratum:
		return name
	}
	return d.or("agency.category."+name, name)
}

// category is the name of a group; one that no census has, such as who would not say
// their sex, is named as on the paper.
func (r reading) category(way, name string) string {
	role, asked := map[string]questionnaire.Role{
		result.Sex: questionnaire.RoleSex, result.Residence: questionnaire.RoleResidence, result.AgeAsked: questionnaire.RoleAge,
	}[way]
	if asked && !r.Texts.Has(r.lang, "agency.category."+name) {
		q, _ := r.Paper.WithRole(role)
		if choice, ok := q.Choice(name); ok {
			return choice.Text.In(string(r.lang))
		}
	}
	return r.desk.category(way, name)
}

// Option is one choice of a form.
type Option struct {
	Value, Label string
	Chosen       bool
}

func options(chosen string, values []string, label func(string) string) []Option {
	out := make([]Option, len(values))
	for i, v := range values {
		out[i] = Option{v, label(v), v == chosen}
	}
	return out
}

// GroupsPage is one unit's results by groups.
type GroupsPage struct {
	Head
	Ways    []Option
	Items   []Option // the item shown, the index first
	Withs   []Option // the second way; empty for none
	Charts  []*Chart
	One     Grid // the item shown, group by group
	All     Grid // every item, group by group
	Cross   Grid
	Barred  bool // the crossing cannot be shown at all
	Joined  bool // groups of it are put together
	Crosses bool // the way can be crossed
	Changes Grid
	Hidden  bool // something is hidden
}

// chosen are the tables asked for.
type chosen struct{ way, item, with string }

// choose reads what is asked for; what there is not is the first there is.
func (r reading) choose(c *fiber.Ctx) chosen {
	out := chosen{way: c.Query("by"), item: c.Query("item"), with: c.Query("with")}
	if all := r.ways(); !slices.Contains(all, out.way) && len(all) > 0 {
		out.way = all[0]
	}
	if q, ok := r.Paper.Question(out.item); !ok || !q.Scored {
		out.item = ""
	}
	if out.item == "" || !slices.Contains(r.crossable(out.way), out.with) {
		out.with = ""
	}
	return out
}

func (w chosen) query() string {
	return "?" + url.Values{"by": {w.way}, "item": {w.item}, "with": {w.with}}.Encode()
}

// Groups shows the results by groups.
func (d *Door) Groups(c *fiber.Ctx) error {
	r, err := d.read(c)
	if err != nil {
		return err
	}
	page := &GroupsPage{Head: r.head("groups")}
	want := r.choose(c)
	page.Ways = options(want.way, r.ways(), func(w string) string { return r.say("results.way." + w) })
	page.Withs = append([]Option{{Label: r.say("results.with.none"), Chosen: want.with == ""}},
		options(want.with, r.crossable(want.way), func(w string) string { return r.say("results.way." + w) })...)
	page.Crosses = len(r.crossable(want.way)) > 0
	page.Items = append([]Option{{Label: r.say("results.index"), Chosen: want.item == ""}}, options(want.item, r.scored(), r.item)...)
	if page.Whole {
		if err := r.fillGroups(page, want); err != nil {
			return err
		}
	}
	return d.pages.Render(c, "groups", page)
}

func (r reading) scored() []string {
	var out []string
	for _, q := range r.Paper.Scored() {
		out = append(out, q.ID)
	}
	return out
}

func (r reading) fillGroups(page *GroupsPage, want chosen) error {
	table, err := r.By(want.way)
	if err != nil {
		return err
	}
	page.Charts = []*Chart{r.groupChart(table, want)}
	if want.item != "" {
		page.Charts = append(page.Charts, r.groupPoints(table, want))
	}
	page.One, page.All = r.oneGroup(table, want), r.allGroups(table, want)
	for _, row := range table.Items {
		page.Hidden = page.Hidden || slices.ContainsFunc(row.Cells, func(c result.Cell) bool { return c.Hidden != result.Shown })
	}
	if page.Changes, err = r.changes(want.way); err != nil {
		return err
	}
	if want.with == "" {
		return nil
	}
	cross, err := r.Cross(want.item, want.way, want.with)
	if err != nil || cross == nil {
		return err
	}
	if page.Barred = cross.Withheld; !page.Barred {
		page.Cross, page.Joined = r.crossing(cross, want), cross.Joined()
	}
	return nil
}

// groupChart shows the groups' share satisfied, or their index.
func (r reading) groupChart(table *result.Table, want chosen) *Chart {
	title := r.say("results.chart.groups", "item", r.item(want.item), "way", r.say("results.way."+want.way))
	href := r.file("groups.svg") + want.query()
	var rows []picture.Row
	if want.item == "" {
		for _, row := range table.Index {
			one := picture.Row{Label: r.category(want.way, row.Category)}
			if row.Hidden != result.Shown {
				one.Hidden = r.hidden(row.Hidden, table.Least)
			} else {
				one.Est, one.Low, one.High = float64(row.Index.Est), float64(row.Index.Low), float64(row.Index.High)
				one.Value = decimal(row.Index.Est) + " (" + pointSpan(row.Index) + ")  n=" + count(row.People)
			}
			rows = append(rows, one)
		}
		const top, step = 100, 20
		return intervals("groups", href, title, r.say("results.chart.interval"), picture.Axis{To: top, Step: step, Name: r.say("results.index")}, false, rows)
	}
	for _, c := range r.rowOf(table, want.item).Cells {
		rows = append(rows, r.shareRow(r.category(want.way, c.Category), c))
	}
	return intervals("groups", href, title, r.say("results.chart.interval"), picture.Percent(r.say("results.head.satisfied")), true, rows)
}

// groupPoints shows the answers on the item's scale in each group.
func (r reading) groupPoints(table *result.Table, want chosen) *Chart {
	var rows []picture.Parts
	for _, c := range r.rowOf(table, want.item).Cells {
		rows = append(rows, r.parts(r.category(want.way, c.Category), c))
	}
	title := r.say("results.chart.grouppoints", "item", r.item(want.item), "way", r.say("results.way."+want.way))
	return stacked("grouppoints", r.file("grouppoints.svg")+want.query(), title, r.say("results.chart.stacked"), r.scaleNames(want.item), rows)
}

func (r reading) rowOf(table *result.Table, item string) result.ItemRow {
	for _, row := range table.Items {
		if row.ID == item {
			return row
		}
	}
	return result.ItemRow{}
}

// oneGroup is the item shown, or the index, group by group.
func (r reading) oneGroup(table *result.Table, want chosen) Grid {
	g := Grid{Name: "group", Href: r.file("group.csv") + want.query(), Caption: r.item(want.item)}
	if want.item == "" {
		g.Head = r.heads("group", "people", "index", "se", "ci", "satisfied", "ci")
		for _, row := range table.Index {
			name := r.category(want.way, row.Category)
			if row.Hidden != result.Shown {
				why := r.hidden(row.Hidden, table.Least)
				g.add(name, why, why, why, why, why, why)
				continue
			}
			g.add(name, count(row.People), decimal(row.Index.Est), decimal(row.Index.SE), pointSpan(row.Index), percent(row.Satisfied.Est), shareSpan(row.Satisfied))
		}
		return g
	}
	names := r.scaleNames(want.item)
	g.Head = append(r.heads("group", "n", "satisfied", "ci", "mean", "ci", "dontknow", "noanswer"), names...)
	for _, c := range r.rowOf(table, want.item).Cells {
		g.add(r.category(want.way, c.Category), r.cell(c, table.Least, len(names))...)
	}
	return g
}

// cell writes out one group's answers to an item.
func (r reading) cell(c result.Cell, least, points int) []string {
	const fixed = 7
	if c.Hidden != result.Shown {
		return slices.Repeat([]string{r.hidden(c.Hidden, least)}, fixed+points)
	}
	out := []string{
		count(c.N), percent(c.Satisfied.Est), shareSpan(c.Satisfied), decimal(c.Mean.Est), pointSpan(c.Mean),
		percent(c.DontKnow.Est), percent(c.NoAnswer.Est),
	}
	for _, p := range c.Points {
		out = append(out, percent(p.Est))
	}
	return out
}

// allGroups is every item by the groups, with the test that they do not differ.
func (r reading) allGroups(table *result.Table, want chosen) Grid {
	g := Grid{
		Name: "groups", Href: r.file("groups.csv") + want.query(), Caption: r.say("results.groups", "way", r.say("results.way."+want.way)),
		Head: r.heads("item", "group", "n", "satisfied", "se", "ci", "mean", "p", "holm"),
	}
	for _, row := range table.Items {
		for k, c := range row.Cells {
			test, label := []string{"", ""}, row.ID
			if k == 0 {
				test, label = []string{chance(row.Test.P), chance(row.Test.Holm)}, r.item(row.ID)
			}
			name := r.category(want.way, c.Category)
			if c.Hidden != result.Shown {
				why := r.hidden(c.Hidden, table.Least)
				g.add(label, append([]string{name, why, why, why, why, why}, test...)...)
				continue
			}
			e := c.Satisfied
			g.add(label, append([]string{name, count(c.N), percent(e.Est), shareOff(e.SE), shareSpan(e), decimal(c.Mean.Est)}, test...)...)
		}
	}
	return g
}

// crossing is an item by two ways at once: share satisfied and answers.
func (r reading) crossing(cross *result.Cross, want chosen) Grid {
	g := Grid{
		Name: "cross", Href: r.file("cross.csv") + want.query(),
		Caption: r.say("results.cross", "item", r.item(want.item), "first", r.say("results.way."+want.way), "second", r.say("results.way."+want.with)),
		Head:    []string{r.say("results.way." + want.way)},
	}
	write := func(c result.Cell) string {
		if c.N == 0 {
			return "—"
		}
		return percent(c.Satisfied.Est) + " (" + shareSpan(c.Satisfied) + "), n=" + count(c.N)
	}
	for _, block := range cross.Seconds {
		g.Head = append(g.Head, r.block(want.with, block))
	}
	g.Head = append(g.Head, r.say("results.total"))
	for k, row := range cross.Cells {
		var cells []string
		for _, c := range append(slices.Clone(row), cross.Rows[k]) {
			cells = append(cells, write(c))
		}
		g.add(r.block(want.way, cross.Firsts[k]), cells...)
	}
	var total []string
	for _, c := range cross.Cols {
		total = append(total, write(c))
	}
	g.add(r.say("results.total"), append(total, "")...)
	return g
}

// block names the groups that stand together.
func (r reading) block(way string, categories []string) string {
	names := make([]string, len(categories))
	for k, one := range categories {
		names[k] = r.category(way, one)
	}
	return strings.Join(names, " + ")
}

// changeChart shows the differences in the share satisfied since the last round.
func (r reading) changeChart() (*Chart, error) {
	all, err := r.Changes(result.Everybody)
	if err != nil {
		return nil, err
	}
	var rows []picture.Row
	most := 0.1
	for _, one := range all {
		if one.Item == "" {
			continue
		}
		d := one.Share
		rows = append(rows, picture.Row{
			Label: r.item(one.Item), Value: points(d.Est) + " (" + span(points(d.Low), points(d.High)) + ")",
			Est: float64(d.Est), Low: float64(d.Low), High: float64(d.High),
		})
		if d.Low.Known() && d.High.Known() {
			most = max(most, -float64(d.Low), float64(d.High))
		}
	}
	const steps = 4
	top := float64(int(most*20+1)) / 20
	zero := 0.0
	axis := picture.Axis{
		From: -top, To: top, Step: top / steps * 2, Name: r.say("results.head.change"), Target: &zero,
		Format: func(v float64) string { return signed(100*v, 1) },
	}
	return intervals("changes", r.file("changes.svg"), r.say("results.chart.changes", "before", yearOf(r.Before()), "now", yearOf(r.Survey.Round)), r.say("results.chart.interval"), axis, true, rows), nil
}
