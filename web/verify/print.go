package verify

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/verification"
	"minyi/survey/report"
	"minyi/survey/report/layout"
	"minyi/survey/result/picture"
	"minyi/web/login"
	"minyi/web/view"
)

// Sealed sends the sealed record as a file that anybody may check.
func (d *Door) Sealed(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	v, err := d.Visits.Visit(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return err
	}
	if !v.Closed() || v.Seal.Digest == "" {
		return fault.New(fault.Conflict, "verification.still_open")
	}
	raw, err := json.MarshalIndent(v.Seal.File(), "", "  ")
	if err != nil {
		return err
	}
	return view.SendFile(c, "verification-"+string(k.ID())+".json", "application/json", int64(len(raw)), bytes.NewReader(raw))
}

// Printed sends the record as a PDF file.
func (d *Door) Printed(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	w, err := d.Visits.Work(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return err
	}
	lang := view.LangOf(c)
	s := &sheet{texts: d.Texts, lang: lang, work: w, name: d.unitName(c, k.Unit), link: d.Base + Home + "/" + string(k.ID())}
	var out bytes.Buffer
	if err := layout.Write(&out, s.report(), ""); err != nil {
		return err
	}
	return view.SendFile(c, "verification-"+string(k.ID())+".pdf", "application/pdf", int64(out.Len()), &out)
}

// sheet gathers the blocks of a printed record, in one language.
type sheet struct {
	texts  *view.Texts
	lang   view.Lang
	work   *verification.Work
	name   string
	link   string // where the record stands
	blocks []report.Block
}

func (s *sheet) say(key string, pairs ...string) string {
	params := fault.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	return s.texts.Say(s.lang, key, params)
}

func (s *sheet) add(b report.Block) { s.blocks = append(s.blocks, b) }

func (s *sheet) heading(level int, text string) {
	s.add(report.Block{Kind: report.Heading, Level: level, Text: text})
}

func (s *sheet) report() *report.Report {
	w := s.work
	r := &report.Report{
		Lang: string(s.lang), Title: s.say("verify.print.title", "year", strconv.Itoa(w.Round), "unit", s.name), State: report.InForce,
		Digest: s.say("verify.digest") + " " + w.Digest, Foot: s.say("verify.print.foot"), Link: s.link,
		Page: func(page, pages int) string {
			return s.say("report.page", "page", strconv.Itoa(page), "pages", strconv.Itoa(pages))
		},
	}
	s.cover(r.Title)
	r.Cover, s.blocks = s.blocks, nil
	s.findings()
	s.photos()
	s.signatures()
	r.Blocks = s.blocks
	return r
}

func (s *sheet) cover(title string) {
	w := s.work
	s.heading(1, title)
	facts := []report.Fact{
		{Name: s.say("verify.unit"), Text: s.name},
		{Name: s.say("verify.track"), Text: s.say("track." + string(w.Track))},
		{Name: s.say("verify.date"), Text: w.Date.String()},
	}
	if w.Closed() {
		facts = append(facts,
			report.Fact{Name: s.say("verify.outcome"), Text: s.say("verify.outcome." + string(w.Outcome))},
			report.Fact{Name: s.say("verify.mark"), Text: w.Mark.String()},
			report.Fact{Name: s.say("verify.closed"), Text: view.DateTime(s.lang, w.ClosedAt) + "  " + w.ClosedBy})
	}
	facts = append(facts, report.Fact{Name: s.say("verify.digest"), Text: w.Digest, Mono: true})
	if w.Seal.Digest != "" {
		facts = append(facts, report.Fact{Name: s.say("verify.seal"), Text: w.Seal.Digest, Mono: true},
			report.Fact{Name: s.say("verify.signature"), Text: w.Seal.Bytes, Mono: true},
			report.Fact{Name: s.say("verify.key"), Text: w.Seal.Key, Mono: true})
	}
	s.add(report.Block{Kind: report.Facts, Facts: facts})
	if !w.Closed() {
		s.add(report.Block{Kind: report.Notice, Text: s.say("verify.print.open")})
	}
	t := &report.Table{Caption: s.say("verify.team"), Columns: []report.Column{
		{Name: s.say("verify.name"), Share: 300}, {Name: s.say("verify.category"), Share: 450}, {Name: s.say("verify.part"), Share: 250},
	}}
	for _, m := range w.Team {
		part := s.say("verification.part." + string(m.Part))
		if m.Recused() {
			part = s.say("verify.recused")
		}
		t.Rows = append(t.Rows, []string{m.Name, s.category(m), part})
	}
	s.add(report.Block{Kind: report.Grid, Table: t})
}

func (s *sheet) category(m verification.Member) string {
	return strings.TrimSpace(s.say("category."+string(m.Category)) + " " + m.Other)
}

// findings are what was found at each item, the words over all and the people spoken
// to.
func (s *sheet) findings() {
	w := s.work
	s.heading(1, s.say("verify.findings"))
	t := &report.Table{Caption: s.say("verify.findings"), Columns: []report.Column{
		{Name: s.say("verify.item"), Share: 330},
		{Name: s.say("verify.why"), Share: 150},
		{Name: s.say("verify.result"), Share: 150},
		{Name: s.say("verify.remark"), Share: 370},
	}}
	for _, p := range w.Points {
		var why []string
		for _, one := range p.Why {
			why = append(why, s.say("verify.why."+string(one)))
		}
		found := "—"
		if p.Result != "" {
			found = s.say("verify.result." + string(p.Result))
		}
		t.Rows = append(t.Rows, []string{s.item(p), strings.Join(why, ", "), found, s.remark(p)})
	}
	s.add(report.Block{Kind: report.Grid, Table: t})
	if n := w.Fields[verification.People]; n != "" {
		s.add(report.Block{Kind: report.Paragraph, Text: s.say("verify.people") + " " + n})
	}
	if len(w.Problems) > 0 {
		s.add(report.Block{Kind: report.Paragraph, Text: s.say("verify.problems.count", "n", strconv.Itoa(len(w.Problems)))})
	}
	s.heading(2, s.say("verify.words"))
	for line := range strings.SplitSeq(w.Fields[verification.Words], "\n") {
		if strings.TrimSpace(line) != "" {
			s.add(report.Block{Kind: report.Paragraph, Text: line})
		}
	}
}

func (s *sheet) item(p verification.Point) string {
	if p.Line.Indicator.Number == "" {
		return s.say("criterion." + string(p.Item))
	}
	return string(p.Item) + "  " + p.Line.Indicator.Text
}

// remark are the team's words with the values that it typed.
func (s *sheet) remark(p verification.Point) string {
	out := p.Remark
	for n, e := range p.Entries {
		text := strings.Join(strings.Fields(strings.Join([]string{e.Figure, e.Part, either(e.Whole != "", "/ "+e.Whole), e.On, e.From, either(e.To != "", "– "+e.To)}, " ")), " ")
		if text != "" {
			out = strings.TrimSpace(out + "\n" + p.Line.Indicator.Thresholds[n].Name + ": " + text)
		}
	}
	return out
}

func either(yes bool, text string) string {
	if yes {
		return text
	}
	return ""
}

// photos lists the photographs with their digests.
func (s *sheet) photos() {
	w := s.work
	if len(w.Photos) == 0 {
		return
	}
	t := &report.Table{Caption: s.say("verify.photos"), Columns: []report.Column{
		{Name: s.say("verify.item"), Share: 120}, {Name: s.say("verify.taken"), Share: 280}, {Name: "SHA-256", Share: 600},
	}}
	for _, p := range w.Photos {
		t.Rows = append(t.Rows, []string{string(p.Item), p.Taken, string(p.File.Digest)})
	}
	s.add(report.Block{Kind: report.Grid, Table: t})
}

// signatures draws each that stands, as it was drawn.
func (s *sheet) signatures() {
	s.heading(1, s.say("verify.signatures"))
	for _, x := range s.work.Valid() {
		m, ok := s.work.Member(x.Member)
		if !ok {
			continue
		}
		words := m.Name + "  " + s.category(*m) + "  " + view.DateTime(s.lang, x.At)
		if x.Path == "" {
			s.add(report.Block{Kind: report.Paragraph, Text: words + "  " + s.say("verify.signed.typed")})
			continue
		}
		s.add(report.Block{Kind: report.Paragraph, Text: words})
		s.add(report.Block{Kind: report.Drawing, Picture: drawn(x.Path, words)})
	}
}

// drawn turns strokes into the lines of a picture, at half their size.
func drawn(path, words string) *picture.Picture {
	const half = 0.5
	p := &picture.Picture{Title: words, Width: verification.SignWidth, Height: verification.SignHeight * half}
	var x, y float64
	tokens := strings.Fields(strings.NewReplacer("M", " M ", "L", " L ").Replace(path))
	for n := 0; n+2 < len(tokens); n += 3 {
		toX, _ := strconv.ParseFloat(tokens[n+1], 64) // the form of the path was checked
		toY, _ := strconv.ParseFloat(tokens[n+2], 64)
		toX, toY = toX*half, toY*half
		if tokens[n] == "L" {
			p.Shapes = append(p.Shapes, picture.Shape{Kind: picture.Line, Tone: picture.Ink, Size: 1.6, X1: x, Y1: y, X2: toX, Y2: toY})
		}
		x, y = toX, toY
	}
	return p
}
