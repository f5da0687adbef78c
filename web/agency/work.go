package agency

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/export"
	"minyi/survey/job"
	"minyi/web/login"
	"minyi/web/view"
)

// The kinds of work that this door puts into the background.
const (
	exportKind = "export"
	printKind  = "print"
)

// small is how many answers or codes are handed out within the request: about what
// a second is enough for.
const small = 2000

// exportOrder is an export in the background.
type exportOrder struct {
	Format  export.Format `json:"format"`
	Purpose string        `json:"purpose"`
	Lang    string        `json:"lang"`
}

func (o exportOrder) exporting(d *Door) survey.Exporting {
	return survey.Exporting{Format: o.Format, Purpose: o.Purpose, Lang: o.Lang, Words: d.exportWords}
}

// printOrder is a print in the background.
type printOrder struct {
	As      string `json:"as"` // kind and format, such as label:70x37
	Both    bool   `json:"both"`
	Stratum string `json:"stratum"`
	PSU     string `json:"psu"`
	Batch   string `json:"batch"`
}

// register names what the door does in the background.
func (d *Door) register() {
	if d.jobs == nil {
		return
	}
	d.jobs.Register(exportKind, d.runExport)
	d.jobs.Register(printKind, d.runPrint)
}

// begin puts work into the background and shows the page again where it is begun.
func (d *Door) begin(c *fiber.Ctx, o job.Order, below string) error {
	o.Survey, o.Back = string(id(c)), at(id(c))+below
	if _, err := d.jobs.Add(c.UserContext(), login.Actor(c), o); err != nil {
		return err
	}
	return view.See(c, at(id(c))+below, "job.start")
}

func (d *Door) runExport(ctx context.Context, t *job.Task) (any, error) {
	var order exportOrder
	if err := t.Args(&order); err != nil {
		return nil, err
	}
	e := order.exporting(d)
	e.At, e.Report = t.MadeAt(), t.Report // the same file when it is made again
	out, err := d.surveys.Export(ctx, t.By(), survey.ID(t.Survey()), e)
	if err != nil {
		return nil, err
	}
	w, err := t.File(out.Name, out.Media)
	if err != nil {
		return nil, err
	}
	return nil, out.Write(w)
}

func (d *Door) runPrint(ctx context.Context, t *job.Task) (any, error) {
	var order printOrder
	if err := t.Args(&order); err != nil {
		return nil, err
	}
	work, err := d.surveys.Fieldwork(ctx, t.By(), survey.ID(t.Survey()))
	if err != nil {
		return nil, err
	}
	p, err := d.printing(order, work.Survey)
	if err != nil {
		return nil, err
	}
	p.Report = t.Report
	codes, err := d.surveys.Codes(t.By(), work.Survey.ID, p)
	if err != nil {
		return nil, err
	}
	sheets, err := d.surveys.Print(ctx, t.By(), work.Survey.ID, p)
	if err != nil {
		return nil, err
	}
	w, err := t.File(printName(p, work.Survey), "application/pdf")
	if err != nil {
		return nil, err
	}
	return map[string]int{"codes": codes, "pages": sheets.Pages()}, sheets.Write(ctx, w)
}
