package agency

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/export"
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

// DoExport sends the answers in the format that was chosen, made while they are
// sent.
func (d *Door) DoExport(c *fiber.Ctx) error {
	e := survey.Exporting{
		Format: export.Format(c.FormValue("format")), Purpose: c.FormValue("purpose"), Lang: c.FormValue("labels"), Words: d.exportWords,
	}
	out, err := d.surveys.Export(c.UserContext(), login.Actor(c), id(c), e)
	if err == nil {
		return view.Stream(c, out.Name, out.Media, out.Write)
	}
	page, shown := d.exportPage(c)
	if shown != nil {
		return err
	}
	page.Chosen, page.Purpose, page.Labels = e.Format, e.Purpose, e.Lang
	return d.pages.Again(c, err, "export", page)
}

// exportWords are the texts of an export in both languages.
func (d *Door) exportWords(key string, params fault.Params) export.Name {
	return export.Name{Zh: d.texts.Say(view.Chinese, "export."+key, params), En: d.texts.Say(view.English, "export."+key, params)}
}
