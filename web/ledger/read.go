package ledger

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/survey/ledger/keeper"
	"minyi/web/view"
)

// mostCheckpoints is how many checkpoints a page lists.
const mostCheckpoints = 50

// HomePage says what the logs are and lists them.
type HomePage struct {
	view.Frame
	Typed     string
	Logs      []Named
	Witnesses []keeper.Looked
}

// Home shows what the public logs are.
func (d *Door) Home(c *fiber.Ctx) error {
	page := &HomePage{}
	var err error
	if page.Logs, err = d.list(c); err != nil {
		return err
	}
	if page.Witnesses, err = d.Logs.Witnesses(c.UserContext()); err != nil {
		return err
	}
	return d.pages.Render(c, "home", page)
}

// list are all logs with their newest checkpoints, the newest round first.
func (d *Door) list(c *fiber.Ctx) ([]Named, error) {
	logs, err := d.Logs.Logs(c.UserContext())
	if err != nil {
		return nil, err
	}
	out := d.named(c, logs...)
	for i := range out {
		if out[i].Published, err = d.newest(c, out[i].Name); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b Named) int {
		return cmp.Or(cmp.Compare(b.Round, a.Round), cmp.Compare(a.Title, b.Title))
	})
	return out, nil
}

// newest is the newest checkpoint of a log, empty where there is none yet.
func (d *Door) newest(c *fiber.Ctx, name string) (keeper.Published, error) {
	_, p, err := d.Logs.Checkpoint(c.UserContext(), name)
	if fault.KindOf(err) == fault.NotFound {
		return p, nil
	}
	return p, err
}

// FoundPage says what was found under a code.
type FoundPage struct {
	view.Frame
	Typed  string
	Leaves []FoundLeaf
	Asked  bool
}

// FoundLeaf is one leaf that a code leads to.
type FoundLeaf struct {
	Named
	keeper.Leaf
	Counts *ledger.Counts
}

// Of counts the leaves of the log that it stands in.
func (l FoundLeaf) Of() int64 { return l.Published.Size }

// Find looks for the code of a receipt, or the whole commitment.
func (d *Door) Find(c *fiber.Ctx) error {
	page := &FoundPage{Typed: c.Query("code")}
	if strings.TrimSpace(page.Typed) == "" {
		return d.pages.Render(c, "find", page)
	}
	leaves, err := d.Logs.Find(c.UserContext(), page.Typed)
	if err != nil {
		return d.pages.Again(c, err, "find", page)
	}
	page.Asked = true
	for _, leaf := range leaves {
		one, err := d.leaf(c, leaf)
		if err != nil {
			return err
		}
		page.Leaves = append(page.Leaves, one)
	}
	if len(leaves) == 0 {
		c.Status(fiber.StatusNotFound)
	}
	return d.pages.Render(c, "find", page)
}

func (d *Door) leaf(c *fiber.Ctx, leaf keeper.Leaf) (out FoundLeaf, err error) {
	out = FoundLeaf{Named: d.named(c, leaf.Log)[0], Leaf: leaf}
	if out.Published, err = d.newest(c, leaf.Log.Name); err != nil {
		return out, err
	}
	counts, known, err := d.Logs.CountsOf(c.UserContext(), leaf.Log)
	if known {
		out.Counts = &counts
	}
	return out, err
}

// LogPage is the page of one log.
type LogPage struct {
	view.Frame
	Named
	Keys        []string
	Statements  []keeper.Statement
	Counts      *ledger.Counts
	Checkpoints []Row
	Base        string
}

// Row is one checkpoint in the list of a log.
type Row struct {
	keeper.Published
	Root      string
	Witnesses []string
}

// Log shows one log.
func (d *Door) Log(c *fiber.Ctx) (err error) {
	l, err := d.Logs.LogOf(c.UserContext(), c.Params("log"))
	if err != nil {
		return err
	}
	page := &LogPage{Named: d.named(c, l)[0], Base: d.Base}
	if page.Published, err = d.newest(c, l.Name); err != nil {
		return err
	}
	if page.Keys, err = d.Logs.KeyLines(l); err != nil {
		return err
	}
	if page.Statements, err = d.Logs.Statements(c.UserContext(), l); err != nil {
		return err
	}
	counts, known, err := d.Logs.CountsOf(c.UserContext(), l)
	if err != nil {
		return err
	}
	if known {
		page.Counts = &counts
	}
	list, err := d.Logs.Checkpoints(c.UserContext(), l, mostCheckpoints)
	if err != nil {
		return err
	}
	for _, p := range list {
		page.Checkpoints = append(page.Checkpoints, row(p))
	}
	return d.pages.Render(c, "log", page)
}

// row reads the root out of a checkpoint of our own.
func row(p keeper.Published) Row {
	r := Row{Published: p}
	const rootLine = 2
	if lines := strings.SplitN(string(p.Note), "\n", rootLine+2); len(lines) > rootLine {
		r.Root = lines[rootLine]
	}
	for _, line := range p.Cosignatures {
		r.Witnesses = append(r.Witnesses, keeper.WitnessOf(line))
	}
	return r
}
