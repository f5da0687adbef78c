package notice

import (
	"html/template"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/survey/invite"
	"minyi/web/view"
)

// OnePage is the public notice of a round, with those that it corrects.
type OnePage struct {
	view.Frame
	Year    int
	Body    string // who posts it
	Notice  *naming.Notice
	Running bool
	Tables  []TrackList
	Results []Result
	Past    []naming.Notice
	Link    string
	QR      template.HTML // made here, from modules alone
}

// TrackList is the list of one track.
type TrackList struct {
	Track roster.Track
	List  []Listed
}

// Result is one published finding.
type Result struct {
	Unit       string
	Instrument string
	Track      roster.Track
	Mark       string
	Low, High  string // both empty where no interval is known
}

// One shows the notice of the year in the address.
func (d *Door) One(c *fiber.Ctx) error {
	page, err := d.one(c)
	if err != nil {
		return err
	}
	found, err := d.Naming.Published(c.UserContext(), page.Year)
	if err != nil {
		return err
	}
	for _, f := range found {
		r := Result{Unit: d.unitName(c, f.Unit), Instrument: string(f.Instrument), Track: f.Track, Mark: f.Mark.String()}
		if f.SE > 0 {
			r.Low, r.High = f.Low.String(), f.High.String()
		}
		page.Results = append(page.Results, r)
	}
	if page.QR, err = code(page.Link); err != nil {
		return err
	}
	return d.pages.Render(c, "one", page)
}

func (d *Door) one(c *fiber.Ctx) (*OnePage, error) {
	year, err := strconv.Atoi(c.Params("year"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "notice.none")
	}
	all, err := d.Naming.Notices(c.UserContext(), year)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.New(fault.NotFound, "notice.none")
	}
	r, err := d.Roster.Round(c.UserContext(), year)
	if err != nil {
		return nil, err
	}
	page := &OnePage{
		Year: year, Body: r.Settings.Body(), Notice: &all[0], Past: all[1:], Running: all[0].Window.Open(d.Now()),
		Link: d.Base + "/notices/" + strconv.Itoa(year),
	}
	for _, track := range roster.Tracks() {
		list := TrackList{Track: track}
		for _, one := range d.listed(c, page.Notice) {
			if one.Target.Track == track {
				list.List = append(list.List, one)
			}
		}
		if len(list.List) > 0 {
			page.Tables = append(page.Tables, list)
		}
	}
	return page, nil
}

// code is a QR code as a picture in a page.
func code(link string) (template.HTML, error) {
	qr, err := invite.NewCode(link)
	if err != nil {
		return "", err
	}
	return template.HTML(qr.SVG()), nil //nolint:gosec // a path of modules, no text of anybody
}
