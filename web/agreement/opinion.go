package agreement

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// OpinionPage is where the leading member writes and signs the opinion.
type OpinionPage struct {
	view.Frame
	*evaluation.OpinionWork
	Name string
	Base string
}

// SignedPage is a signed opinion.
type SignedPage struct {
	view.Frame
	Opinion  *evaluation.Opinion
	Document evaluation.OpinionDocument
	Name     string
	JSON     string // address of the file
}

// DuePage lists the opinions that the actor signs for the institution.
type DuePage struct {
	view.Frame
	Round *roster.Round
	Rows  []DueRow
}

// DueRow is one dossier.
type DueRow struct {
	evaluation.OpinionDue
	ID   application.ID
	Name string
}

// Due lists the opinions that the actor signs for the institution.
func (d *Door) Due(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	all, err := d.Evaluations.OpinionsDue(c.UserContext(), login.Actor(c), r.Year)
	if err != nil {
		return err
	}
	page := &DuePage{Round: r}
	for _, o := range all {
		page.Rows = append(page.Rows, DueRow{o, o.Dossier.ID(), d.name(c, o.Dossier.Unit)})
	}
	return d.pages.Render(c, "due", page)
}

// Opinion shows the opinion of the actor's institution on a dossier.
func (d *Door) Opinion(c *fiber.Ctx) error {
	page, err := d.opinion(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "opinion", page)
}

func (d *Door) opinion(c *fiber.Ctx) (*OpinionPage, error) {
	k, err := key(c)
	if err != nil {
		return nil, err
	}
	w, err := d.Evaluations.OpinionOf(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return nil, err
	}
	return &OpinionPage{OpinionWork: w, Name: d.name(c, k.Unit), Base: "/evaluate/" + string(k.ID())}, nil
}

// Sign keeps the opinion as a draft or signs it: fields opinion, opinion-1 and so
// on, version, password, do.
func (d *Door) Sign(c *fiber.Ctx) error {
	page, err := d.opinion(c)
	if err != nil {
		return err
	}
	form, err := view.ReadForm(c, func(name string) bool {
		return name == "version" || name == "password" || name == "do" || name == string(evaluation.Overall) ||
			strings.HasPrefix(name, string(evaluation.Overall)+"-")
	})
	if err != nil {
		return err
	}
	words := evaluation.Words{Levels: map[evaluation.Item]string{}, Overall: form[string(evaluation.Overall)]}
	for _, h := range page.Headings {
		words.Levels[h.Opinion] = form[string(h.Opinion)]
	}
	seen, _ := strconv.Atoi(form["version"]) // 0 is a draft that nobody kept
	done, k := "agreement.saved", page.Opinion.Dossier
	if form["do"] == "sign" {
		done = "agreement.signed"
		_, err = d.Evaluations.SignOpinion(c.UserContext(), login.Actor(c), k, seen, words, form["password"], view.ClientOf(c))
	} else {
		err = d.Evaluations.SaveOpinion(c.UserContext(), login.Actor(c), k, seen, words)
	}
	if err != nil {
		page.Opinion.Levels, page.Opinion.Overall = words.Levels, words.Overall
		return d.pages.Again(c, err, "opinion", page)
	}
	return view.See(c, page.Base+"/institution", done)
}

func (d *Door) signed(c *fiber.Ctx) (*SignedPage, error) {
	digest, _ := strings.CutSuffix(c.Params("digest"), ".json")
	o, err := d.Evaluations.ReadOpinion(c.UserContext(), login.Actor(c), digest)
	if err != nil {
		return nil, err
	}
	page := &SignedPage{Opinion: o, Name: d.name(c, o.Dossier.Unit), JSON: Board + "/opinions/" + digest + ".json"}
	if login.Actor(c).Role == access.Assessor {
		page.JSON = "/evaluate/opinions/" + digest + ".json"
	}
	if err := json.Unmarshal([]byte(o.Signature.Document), &page.Document); err != nil {
		return nil, fault.New(fault.Conflict, "opinion.forged")
	}
	return page, nil
}

// Signed shows a signed opinion, or sends it as a file where the address ends in
// .json.
func (d *Door) Signed(c *fiber.Ctx) error {
	page, err := d.signed(c)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(c.Params("digest"), ".json") {
		return d.pages.Render(c, "signed", page)
	}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="opinion-`+string(page.Opinion.Dossier.ID())+`.json"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(page.Opinion.File())
}
