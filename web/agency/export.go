package agency

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/export"
	"minyi/survey/job"
	"minyi/web/login"
	"minyi/web/view"
)

// ExportPage is where the answers of a closed survey are taken away.
type ExportPage struct {
	view.Frame
	*survey.Fieldwork
	Name    string
	Formats []export.Format
	Chosen  export.Format
	Purpose string
	Labels  string // language of the labels
}

func (d *Door) exportPage(c *fiber.Ctx) (*ExportPage, error) {
	work, err := d.surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	if work.Survey.State != survey.Closed && work.Survey.State != survey.Released {
		return nil, fault.New(fault.Conflict, "survey.state", "state", string(work.Survey.State))
	}
	return &ExportPage{
		Fieldwork: work, Name: in(c, work.Survey.UnitName), Formats: export.Formats(), Chosen: export.AsAll,
		Labels: string(view.LangOf(c)),
	}, nil
}

// Export shows the formats.
func (d *Door) Export(c *fiber.Ctx) error {
	page, err := d.exportPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "export", page)
}

// DoExport hands the answers out in the format that was chosen: of a small survey
// while they are sent, of a large one in the background.
func (d *Door) DoExport(c *fiber.Ctx) error {
	order := exportOrder{Format: export.Format(c.FormValue("format")), Purpose: c.FormValue("purpose"), Lang: c.FormValue("labels")}
	err := d.hand(c, order)
	if fault.KindOf(err) == 0 {
		return err
	}
	page, shown := d.exportPage(c)
	if shown != nil {
		return err
	}
	page.Chosen, page.Purpose, page.Labels = order.Format, order.Purpose, order.Lang
	return d.pages.Again(c, err, "export", page)
}

func (d *Door) hand(c *fiber.Ctx, order exportOrder) error {
	work, err := d.surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	e := order.exporting(d)
	if d.jobs == nil || work.Sampled.Returned()+work.Posters.Returned() <= small {
		ctx := context.WithoutCancel(c.UserContext()) // the request's own ends when the answer begins
		out, err := d.surveys.Export(ctx, login.Actor(c), id(c), e)
		if err != nil {
			return err
		}
		return view.Stream(c, out.Name, out.Media, out.Write)
	}
	if err := e.Check(); err != nil {
		return err
	}
	return d.begin(c, job.Order{Kind: exportKind, Key: fmt.Sprintf("%s %s %+v", id(c), login.Actor(c).Name, order), Args: order}, "/export")
}

// exportWords are the texts of an export in both languages.
func (d *Door) exportWords(key string, params fault.Params) export.Name {
	return export.Name{Zh: d.texts.Say(view.Chinese, "export."+key, params), En: d.texts.Say(view.English, "export."+key, params)}
}
