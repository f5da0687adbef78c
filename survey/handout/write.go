package handout

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"

	"minyi/survey/invite"
	"minyi/survey/typeset"
)

// grid is how cells lie on a page.
type grid struct {
	width, height  length // of the page
	columns, rows  int
	left, top      length // of the first cell
	pitchX, pitchY length // from one cell to the next
}

func (g grid) each() int { return g.columns * g.rows }

// at is the upper left corner of the nth cell of a page, row by row.
func (g grid) at(n int) (x, y length) {
	return g.left + length(n%g.columns)*g.pitchX, g.top + length(n/g.columns)*g.pitchY
}

// drawn is a page on its way to the file.
type drawn struct {
	content []byte
	err     error
}

// ahead is how many pages each core may be ahead of the writer.
const ahead = 4

// headroom is memory that is held and never touched while a file is made. The
// encoder leaves 140 kB of garbage a code; in a small heap the collector would
// run at every thirtieth code and take a sixth of the time.
const headroom = 16 << 20

// Write writes the file, making pages on all cores while it goes. It ends early
// when the context does or the writer refuses.
func (j *Job) Write(ctx context.Context, w io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	untouched := make([]byte, headroom)
	defer runtime.KeepAlive(untouched)
	d := typeset.NewDocument(w)
	used := make([]bool, j.font.Glyphs())
	form, err := typeset.Pack(j.template(used))
	if err != nil {
		return err
	}
	d.Form(j.cell.width, j.cell.height, form)

	drawers := make([]*drawer, min(runtime.GOMAXPROCS(0), j.Pages()))
	var running sync.WaitGroup
	for i := range drawers {
		drawers[i] = newDrawer(j)
		running.Go(func() { drawers[i].run(ctx, i, len(drawers)) })
	}
	for p := 0; p < j.Pages() && err == nil; p++ {
		err = take(ctx, d, drawers[p%len(drawers)].out, j.grid)
		if j.order.Report != nil && err == nil {
			j.order.Report(p+1, j.Pages())
		}
	}
	cancel()
	running.Wait()
	if err != nil {
		return err
	}
	for _, one := range drawers {
		one.Used(used)
	}
	return d.Finish(typeset.About{Title: j.order.Words[0].Title, Lang: j.order.Words[0].Lang, Sheets: true}, j.font, used)
}

// take writes the next page of a drawer.
func take(ctx context.Context, d *typeset.Document, from <-chan drawn, g grid) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("handout: %w", ctx.Err())
	case page := <-from:
		if page.err != nil {
			return page.err
		}
		return d.Page(g.width, g.height, page.content)
	}
}

// template is the drawing that all cells share, as a form that pages name.
func (j *Job) template(used []bool) []byte {
	c := typeset.NewCanvas(j.font, 0)
	for _, r := range j.cell.rules {
		c.Box(r.x, r.y, r.width, r.height, r.shade)
	}
	for _, l := range j.cell.static {
		l.draw(c, 0, 0, l.text)
	}
	c.Used(used)
	return c.Bytes()
}

// drawer makes every nth page.
type drawer struct {
	*typeset.Canvas
	job  *Job
	out  chan drawn
	pack *zlib.Writer
	to   bytes.Buffer
}

// effort is the level of compression: at 6 a file is an eighth smaller and takes a
// fifth more time.
const effort = 4

func newDrawer(j *Job) *drawer {
	d := &drawer{job: j, out: make(chan drawn, ahead)}
	d.Canvas = typeset.NewCanvas(j.font, j.grid.height)
	pack, err := zlib.NewWriterLevel(&d.to, effort)
	if err != nil {
		panic(err) // the level is a constant
	}
	d.pack = pack
	return d
}

func (d *drawer) run(ctx context.Context, first, of int) {
	for p := first; p < d.job.Pages(); p += of {
		content, err := d.page(p)
		select {
		case <-ctx.Done():
			return
		case d.out <- drawn{content: content, err: err}:
		}
		if err != nil {
			return
		}
	}
}

// page draws one page and packs it.
func (d *drawer) page(p int) ([]byte, error) {
	d.Reset()
	each := d.job.grid.each()
	for n := range min(each, d.job.order.Count-p*each) {
		if err := d.item(n, d.job.order.Item(p*each+n)); err != nil {
			return nil, err
		}
	}
	d.to.Reset()
	d.pack.Reset(&d.to)
	if _, err := d.pack.Write(d.Bytes()); err != nil {
		return nil, fmt.Errorf("handout: compress page: %w", err)
	}
	if err := d.pack.Close(); err != nil {
		return nil, fmt.Errorf("handout: compress page: %w", err)
	}
	return bytes.Clone(d.to.Bytes()), nil
}

// item draws one cell: what all share, the code, and its own texts.
func (d *drawer) item(n int, it Item) error {
	x, y := d.job.grid.at(n)
	d.Stamp(x, y)
	code, err := invite.NewCode(it.Link)
	if err != nil {
		return err
	}
	d.Code(x+d.job.cell.codeX, y+d.job.cell.codeY, d.job.cell.side, code)
	for _, l := range d.job.cell.fields {
		l.draw(d.Canvas, x, y, l.field(it))
	}
	return nil
}
