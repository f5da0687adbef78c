package notice

import (
	"html/template"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// FormBytes is the largest form with files.
const FormBytes = naming.FilesMost*naming.FileMost + 1<<20

// bait is a field that no person sees; programs that fill in everything do.
const bait = "_website"

// ObjectionPage is the form of an objection, and its receipt once it is filed.
type ObjectionPage struct {
	view.Frame
	Round   int
	Open    bool           // the notice stands
	Window  *roster.Window // of the notice; nil: there is none
	Contact string         // where else objections go
	List    []Listed
	Form    ObjectionForm
	Slots   []int // file fields
	Most    int   // mebibytes of a file
	Days    int   // working days to answer
	Keep    int   // days after which what was written is deleted
	Receipt string
	Link    string
	QR      template.HTML
}

// ObjectionForm is what was typed.
type ObjectionForm struct{ Target, Name, Contact, Text string }

// objection fills in the page; without a notice it says so.
func (d *Door) objection(c *fiber.Ctx) (*ObjectionPage, error) {
	page := &ObjectionPage{Most: naming.FileMost >> 20}
	for n := range naming.FilesMost {
		page.Slots = append(page.Slots, n+1)
	}
	r, err := d.Roster.Current(c.UserContext())
	if fault.KindOf(err) == fault.NotFound {
		return page, nil
	}
	if err != nil {
		return nil, err
	}
	road := r.Settings.Road()
	page.Round, page.Days, page.Keep = r.Year, road.ObjectionDays, road.ObjectionKeep
	n, err := d.Naming.Notice(c.UserContext(), r.Year)
	if fault.KindOf(err) == fault.NotFound {
		return page, nil
	}
	if err != nil {
		return nil, err
	}
	page.Window, page.Contact, page.List, page.Open = &n.Window, n.Contact, d.listed(c, n), n.Window.Open(d.Now())
	return page, nil
}

// Objection shows the form while the notice stands, else when that is.
func (d *Door) Objection(c *fiber.Ctx) error {
	page, err := d.objection(c)
	if err != nil {
		return err
	}
	page.Form.Target = c.Query("about")
	return d.pages.Render(c, "objection", page)
}

// uploads are the files of a form, in the order of its fields.
func uploads(c *fiber.Ctx) (out []naming.Upload) {
	form, err := c.MultipartForm()
	if err != nil {
		return nil // a form without files
	}
	for n := 1; n <= naming.FilesMost; n++ {
		for _, head := range form.File["file"+strconv.Itoa(n)] {
			if head.Size > 0 {
				out = append(out, naming.Upload{Name: head.Filename, Size: head.Size, Open: func() (io.ReadCloser, error) { return head.Open() }})
			}
		}
	}
	return out
}

// Object takes an objection and shows its receipt, once: fields target, text, name,
// contact and file1 to file5.
func (d *Door) Object(c *fiber.Ctx) error {
	page, err := d.objection(c)
	if err != nil {
		return err
	}
	page.Form = ObjectionForm{c.FormValue("target"), c.FormValue("name"), c.FormValue("contact"), c.FormValue("text")}
	unit, track, _ := strings.Cut(page.Form.Target, "/")
	if err = d.gate.pass(view.ClientOf(c)); err == nil {
		page.Receipt, err = d.Naming.Object(c.UserContext(), page.Round, naming.Complaint{
			Target: naming.Target{Unit: roster.UnitCode(unit), Track: roster.Track(track)},
			Name:   page.Form.Name, Contact: page.Form.Contact, Text: page.Form.Text, Files: uploads(c), Bait: c.FormValue(bait) != "",
			Form: c.FormValue("csrf"),
		})
	}
	if err != nil {
		page.Receipt = ""
		return d.pages.Again(c, err, "objection", page)
	}
	page.Link = d.Base + State + "?code=" + page.Receipt
	if page.QR, err = code(page.Link); err != nil {
		return err
	}
	return d.pages.Render(c, "objection", page)
}

// StatePage asks for a receipt code and shows the objection's state.
type StatePage struct {
	view.Frame
	Code      string
	Objection *naming.Objection
	Unit      string
	State     naming.State
	Words     string // of a reply, as typed
	Slots     []int
	Most      int
	Contact   string // of the notice, for who has lost the code; empty before one
}

// Talks reports whether who filed it may add something.
func (p *StatePage) Talks() bool {
	return p.Objection != nil && p.Objection.Outcome == naming.Unanswered && p.Objection.Erased.IsZero()
}

// State shows the form that asks for a receipt code; the code on the paper fills it
// in.
func (d *Door) State(c *fiber.Ctx) error {
	page := &StatePage{Code: c.Query("code")}
	if err := d.helped(c, page); err != nil {
		return err
	}
	return d.pages.Render(c, "state", page)
}

// helped says whom to ask without a code: the contact of the notice, which is public
// from its first day on.
func (d *Door) helped(c *fiber.Ctx, page *StatePage) error {
	about, err := d.objection(c)
	if err == nil {
		page.Contact = about.Contact
	}
	return err
}

// refused shows the form again, with what helps who has lost the code.
func (d *Door) refused(c *fiber.Ctx, err error, page *StatePage) error {
	if failed := d.helped(c, page); failed != nil {
		return failed
	}
	return d.pages.Again(c, err, "state", page)
}

// ShowState shows the state of the objection of a receipt code. The code comes
// in the body, so that no history of addresses keeps the answer.
func (d *Door) ShowState(c *fiber.Ctx) error {
	page := &StatePage{Code: c.FormValue("code")}
	if err := d.state(c, page); err != nil {
		return d.refused(c, err, page)
	}
	return d.pages.Render(c, "state", page)
}

func (d *Door) state(c *fiber.Ctx, page *StatePage) error {
	o, err := d.Naming.State(c.UserContext(), page.Code)
	if err != nil {
		return err
	}
	page.Objection, page.Unit, page.State, page.Most, page.Slots = o, d.unitName(c, o.Target.Unit), o.State(), naming.FileMost>>20, []int{1, 2}
	return nil
}

// Reply adds a word of who filed the objection: fields code, words and file1, file2.
func (d *Door) Reply(c *fiber.Ctx) error {
	page := &StatePage{Code: c.FormValue("code"), Words: c.FormValue("words")}
	err := d.gate.pass(view.ClientOf(c))
	if err == nil {
		err = d.Naming.Reply(c.UserContext(), page.Code, page.Words, uploads(c))
	}
	if again := d.state(c, page); again != nil {
		return d.refused(c, again, page)
	}
	if err != nil {
		return d.pages.Again(c, err, "state", page)
	}
	page.Words = ""
	return d.pages.Render(c, "state", page)
}
