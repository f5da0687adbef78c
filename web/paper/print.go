package paper

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/job"
	"minyi/web/login"
	"minyi/web/view"
)

// printKind is the kind of background work.
const printKind = "paper"

// small is how many forms are made within the request.
const small = 20

// PrintForm is what the form of printing holds.
type PrintForm struct {
	Which   string `json:"which"` // blank or links
	Copies  string `json:"copies"`
	Lang    string `json:"lang"`
	Stratum string `json:"stratum"`
	PSU     string `json:"psu"`
}

func (d *Door) order(f PrintForm) survey.FormOrder {
	lang := view.Chinese
	if f.Lang == string(view.English) {
		lang = view.English
	}
	o := survey.FormOrder{Lang: string(lang), Say: d.say(lang), Base: d.Base, Stratum: f.Stratum, PSU: strings.TrimSpace(f.PSU)}
	if f.Which == "blank" {
		n, err := strconv.Atoi(strings.TrimSpace(f.Copies))
		if err != nil || n < 1 {
			n = -1 // refused by the order's own rule
		}
		o = survey.FormOrder{Lang: o.Lang, Say: o.Say, Blank: n}
	}
	return o
}

// Print makes forms: few while they are sent, many in the background.
func (d *Door) Print(c *fiber.Ctx) error {
	form := PrintForm{
		Which: c.FormValue("which"), Copies: c.FormValue("copies"), Lang: c.FormValue("lang"),
		Stratum: c.FormValue("stratum"), PSU: c.FormValue("psu"),
	}
	err := d.print(c, form)
	if err == nil {
		return nil
	}
	return d.again(c, err, func(p *HomePage) { p.Print = form })
}

func (d *Door) print(c *fiber.Ctx, form PrintForm) error {
	by, order := login.Actor(c), d.order(form)
	n, err := d.Papers.CountForms(by, id(c), order)
	if err != nil {
		return err
	}
	if n > small {
		back := at(id(c), "")
		if _, err := d.Jobs.Add(c.UserContext(), by, job.Order{
			Kind: printKind, Survey: string(id(c)), Back: back, Key: fmt.Sprintf("%s %+v", id(c), form), Args: form,
		}); err != nil {
			return err
		}
		return view.See(c, back, "job.start")
	}
	sheets, err := d.Papers.Forms(c.UserContext(), by, id(c), order)
	if err != nil {
		return err
	}
	ctx := context.WithoutCancel(c.UserContext()) // the request's own ends when the answer begins
	return view.Stream(c, fileName(form), "application/pdf", func(w io.Writer) error { return sheets.Write(ctx, w) })
}

func fileName(f PrintForm) string {
	name := "questionnaire-" + f.Which
	if f.Lang == string(view.English) {
		name += "-en"
	}
	return name + ".pdf"
}

func (d *Door) runPrint(ctx context.Context, t *job.Task) (any, error) {
	var form PrintForm
	if err := t.Args(&form); err != nil {
		return nil, err
	}
	order := d.order(form)
	order.Report = t.Report
	id := survey.ID(t.Survey())
	n, err := d.Papers.CountForms(t.By(), id, order)
	if err != nil {
		return nil, err
	}
	sheets, err := d.Papers.Forms(ctx, t.By(), id, order)
	if err != nil {
		return nil, err
	}
	w, err := t.File(fileName(form), "application/pdf")
	if err != nil {
		return nil, err
	}
	return map[string]int{"forms": n, "pages": n * sheets.Pages()}, sheets.Write(ctx, w)
}
