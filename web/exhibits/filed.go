package exhibits

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// FiledPage shows the office what a unit filed: its claims with the files behind
// each, its report, and all files.
type FiledPage struct {
	view.Frame
	Dossier    *application.Dossier
	Terms      application.Terms
	Name       string
	Claims     []FiledClaim
	Parts      []application.Part
	Rows       []Row // of this page of the list
	All, N     int   // files, and those that fit
	Numbers    []indicators.Number
	Q          string
	Indicator  string
	Page, Last int
}

// FiledClaim is what the unit says of an indicator.
type FiledClaim struct {
	Indicator indicators.Indicator
	application.Claim
	Files int
}

// filesAPage is how many files a page lists.
const filesAPage = 200

// Single reports whether the dossier is on the single track.
func (p *FiledPage) Single() bool { return p.Dossier.Track == roster.Single }

// At is the address of another page of the list.
func (p *FiledPage) At(page int) string {
	q := url.Values{"page": {strconv.Itoa(page)}}
	if p.Q != "" {
		q.Set("q", p.Q)
	}
	if p.Indicator != "" {
		q.Set("indicator", p.Indicator)
	}
	return "?" + q.Encode() + "#files"
}

// FiledList shows a filed dossier to the office: q and indicator choose files, page a
// part of their list.
func (d *Door) FiledList(c *fiber.Ctx) error {
	k, err := application.ParseID(c.Params("dossier"))
	if err != nil {
		return fault.New(fault.NotFound, "dossier.unknown")
	}
	dossier, terms, err := d.service.FiledDossier(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return err
	}
	page := &FiledPage{
		Dossier: dossier, Terms: terms, Name: terms.Unit.Label(string(view.LangOf(c))), All: len(dossier.Exhibits),
		Q: c.Query("q"), Indicator: c.Query("indicator"), Parts: application.Parts(k.Track),
	}
	page.claims()
	page.files(c.QueryInt("page", 1))
	return d.pages.Render(c, "filed", page)
}

// claims puts what the unit says beside the number of files.
func (p *FiledPage) claims() {
	proofs := map[indicators.Number]int{}
	for _, e := range p.Dossier.Exhibits {
		for _, n := range e.Indicators {
			proofs[n]++
		}
	}
	for _, i := range p.Terms.Applicable {
		p.Numbers = append(p.Numbers, i.Number)
		if !p.Single() {
			p.Claims = append(p.Claims, FiledClaim{Indicator: i, Claim: p.Dossier.Claims[i.Number], Files: proofs[i.Number]})
		}
	}
}

// files chooses the files of the page, those with the earliest place first.
func (p *FiledPage) files(page int) {
	var all []Row
	for _, e := range p.Dossier.Exhibits {
		if p.takes(e) {
			all = append(all, Row{Exhibit: e, Place: titleOf(e), Late: e.Late(p.Terms.Round)})
		}
	}
	p.N, p.Last = len(all), max(1, (len(all)+filesAPage-1)/filesAPage)
	p.Page = min(max(1, page), p.Last)
	slices.SortStableFunc(all, func(a, b Row) int { return cmp.Compare(a.first(p.Numbers), b.first(p.Numbers)) })
	from := (p.Page - 1) * filesAPage
	p.Rows = all[from:min(len(all), from+filesAPage)]
}

// first is where the first indicator that the file proves stands among the numbers.
func (r Row) first(numbers []indicators.Number) int {
	if len(r.Indicators) == 0 {
		return len(numbers)
	}
	return slices.Index(numbers, r.Indicators[0])
}

func (p *FiledPage) takes(e application.Exhibit) bool {
	if p.Indicator != "" && !slices.Contains(e.Indicators, indicators.Number(p.Indicator)) {
		return false
	}
	return strings.Contains(access.Fold(e.File.Name+"\n"+e.Caption), access.Fold(p.Q))
}
