package feedback

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/feedback"
	"minyi/survey/report"
	"minyi/survey/report/layout"
	"minyi/web/view"
)

// sheet gathers the blocks of a printed report in one language.
type sheet struct {
	texts  *view.Texts
	lang   view.Lang
	page   *ReportPage
	blocks []report.Block
}

// print sends a report as a file for printing; the code on its pages leads to the
// unit's own page, which asks for its sign-in.
func (d *Door) print(c *fiber.Ctx, page *ReportPage) error {
	lang := view.LangOf(c)
	if asked, ok := view.ParseLang(c.Query("in")); ok {
		lang = asked
	}
	if u, err := d.Rounds.Unit(page.Key.Unit); err == nil {
		page.UnitName = u.Label(string(lang))
	}
	s := &sheet{texts: d.Texts, lang: lang, page: page}
	made := s.report(d.Base + Own + "/" + strconv.Itoa(page.Key.Round) + "/" + string(page.Key.Track))
	var file bytes.Buffer
	if err := layout.Write(&file, made, d.Texts.Say(lang, "report.characters", nil)); err != nil {
		return err
	}
	return view.SendFile(c, "feedback-"+string(page.Key.ID())+"."+string(lang)+".pdf", "application/pdf", int64(file.Len()), &file)
}

func (s *sheet) say(key string, pairs ...string) string {
	params := fault.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	return s.texts.Say(s.lang, key, params)
}

func (s *sheet) add(b report.Block) { s.blocks = append(s.blocks, b) }

func (s *sheet) heading(key string) {
	s.add(report.Block{Kind: report.Heading, Level: 1, Text: s.say(key)})
}

func (s *sheet) words(text string) {
	s.add(report.Block{Kind: report.Paragraph, Text: text})
}

func (s *sheet) report(link string) *report.Report {
	p := s.page
	title := s.say("feedback.of", "unit", p.UnitName, "year", strconv.Itoa(p.Key.Round))
	r := &report.Report{
		Lang: string(s.lang), Title: title, State: report.InForce, Digest: "SHA-256 " + p.Digest, Link: link, Foot: s.say("feedback.foot"),
		Page: func(page, pages int) string {
			return s.say("report.page", "page", strconv.Itoa(page), "pages", strconv.Itoa(pages))
		},
	}
	s.add(report.Block{Kind: report.Heading, Level: 1, Text: title})
	s.words(s.say("feedback.lead"))
	if p.Preview {
		r.State = report.Proposed
		s.add(report.Block{Kind: report.Notice, Text: s.say("feedback.preview")})
	}
	s.parts()
	r.Cover, s.blocks = s.blocks, nil
	s.levels()
	s.items("feedback.lost", p.Lost)
	s.items("feedback.behind", p.Behind)
	s.survey()
	s.heading("feedback.method")
	for _, key := range []string{"feedback.method.median", "feedback.method.sure", "feedback.method.remarks"} {
		s.words(s.say(key, "fewest", strconv.Itoa(feedback.Fewest)))
	}
	r.Blocks = s.blocks
	return r
}

// parts are the unit's own marks with how sure they are.
func (s *sheet) parts() {
	t := &report.Table{Caption: s.say("feedback.parts"), Columns: []report.Column{
		{Name: s.say("public.instrument"), Share: 400}, {Name: s.say("public.mark"), Number: true, Share: 200}, {Name: s.say("feedback.sure"), Share: 400},
	}}
	for _, p := range s.page.Parts {
		sure := s.say("feedback.sure.none")
		switch {
		case p.High > 0:
			sure = p.Low.String() + " – " + p.High.String()
		case p.SE > 0:
			sure = "± " + p.SE.String()
		}
		t.Rows = append(t.Rows, []string{s.say("instrument." + string(p.Instrument)), p.Mark.String(), sure})
	}
	s.add(report.Block{Kind: report.Grid, Table: t})
	s.words(s.say("feedback.peers", "kind", s.say("group."+string(s.page.Kind)), "n", strconv.Itoa(s.page.Peers)))
}

// band writes a median of the kind.
func (s *sheet) band(b *feedback.Band) string {
	switch {
	case b == nil:
		return "—"
	case b.Low:
		return "≤ " + whole(b.Share)
	case b.High:
		return "≥ " + whole(b.Share)
	}
	return "≈ " + whole(b.Share)
}

func whole(s indicators.Share) string { return strconv.Itoa(int(s/100)) + "%" }

func (s *sheet) levels() {
	if len(s.page.Levels) == 0 {
		return
	}
	s.heading("feedback.levels")
	t := &report.Table{Caption: s.say("feedback.levels.caption", "line", s.page.Line), Columns: []report.Column{
		{Name: s.say("feedback.heading"), Share: 400},
		{Name: s.say("feedback.reached"), Number: true, Share: 200},
		{Name: s.say("feedback.met"), Number: true, Share: 200},
		{Name: s.say("feedback.kind"), Number: true, Share: 200},
	}}
	for _, l := range s.page.Levels {
		t.Rows = append(t.Rows, []string{l.Name, l.Share().String() + "%", strconv.Itoa(l.Met) + "/" + strconv.Itoa(l.Of), s.band(l.Peer)})
	}
	s.add(report.Block{Kind: report.Grid, Table: t})
}

// items are weak items with remarks and what others did.
func (s *sheet) items(key string, items []Weak) {
	s.heading(key)
	s.words(s.say(key + ".lead"))
	if len(items) == 0 {
		s.words(s.say(key + ".none"))
		return
	}
	t := &report.Table{Caption: s.say(key), Columns: []report.Column{
		{Name: s.say("feedback.item"), Share: 380},
		{Name: s.say("feedback.mark"), Number: true, Share: 130},
		{Name: s.say("feedback.kind"), Number: true, Share: 110},
		{Name: s.say("feedback.remarks"), Share: 380},
	}}
	for _, i := range items {
		name := string(i.Number) + " " + i.Text
		if i.Text == "" {
			name = s.say("criterion." + string(i.Number))
		}
		more := strings.Join(i.Remarks, "\n")
		if i.Again {
			more, i.Ideas = s.say("feedback.again"), nil
		}
		for _, idea := range i.Ideas {
			more += "\n→ " + idea.Words.Title
		}
		t.Rows = append(t.Rows, []string{name, i.Mark.String() + " / " + i.Full.String(), s.band(i.Peer), strings.TrimSpace(more)})
	}
	s.add(report.Block{Kind: report.Grid, Table: t})
}

func (s *sheet) survey() {
	v := s.page.Survey
	if v == nil {
		return
	}
	s.heading("feedback.survey")
	s.words(s.say("feedback.survey.lead", "n", strconv.Itoa(v.N), "least", strconv.Itoa(v.Least)))
	t := &report.Table{Caption: s.say("feedback.survey"), Columns: []report.Column{
		{Name: s.say("feedback.item"), Share: 480},
		{Name: s.say("feedback.satisfied"), Number: true, Share: 150},
		{Name: s.say("public.interval"), Number: true, Share: 220},
		{Name: s.say("feedback.kind"), Number: true, Share: 150},
	}}
	for _, i := range v.Items {
		row := []string{i.In(string(s.lang)), s.say("feedback.few"), "—", "—"}
		if !i.Few {
			row = []string{row[0], i.Est.String() + "%", i.Low.String() + " – " + i.High.String() + "%", s.band(i.Peer)}
		}
		t.Rows = append(t.Rows, row)
	}
	s.add(report.Block{Kind: report.Grid, Table: t})
}
