package seal

import (
	"strconv"
	"strings"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
	"minyi/survey/report"
	"minyi/survey/result/picture"
)

// self is the self-assessment, a table for each first-level heading: claim, values
// and how they compare with the thresholds.
func (s *sheet) self() {
	d := &s.manifest.Dossier
	if d.Track != roster.Comprehensive {
		return
	}
	s.heading(1, s.say("sealed.self"))
	whole, levels := d.Count(s.terms.Applicable)
	s.paragraphs(s.say("sealed.tally", "met", strconv.Itoa(whole.Met), "applicable", strconv.Itoa(whole.Applicable()),
		"needed", strconv.Itoa(s.terms.Round.Settings.Gate.Needed(whole.Applicable()))))
	for _, level := range levels {
		t := &report.Table{
			Caption: level.Level + " · " + s.say("sealed.level", "met", strconv.Itoa(level.Met), "applicable", strconv.Itoa(level.Applicable())),
			Columns: []report.Column{
				{Name: s.say("sealed.no"), Number: true, Share: 55},
				{Name: s.say("sealed.indicator"), Share: 345},
				{Name: s.say("sealed.claim"), Share: 90},
				{Name: s.say("sealed.values"), Share: 260},
				{Name: s.say("sealed.note"), Share: 190},
				{Name: s.say("sealed.filenumbers"), Share: 60},
			},
		}
		for _, i := range s.terms.Applicable {
			if i.Level1 == level.Level {
				t.Rows = append(t.Rows, s.row(i))
			}
		}
		s.add(report.Block{Kind: report.Grid, Table: t})
	}
}

func (s *sheet) row(i indicators.Indicator) []string {
	d := &s.manifest.Dossier
	claim := d.Claims[i.Number]
	verdict := "—"
	if claim.Verdict != "" {
		verdict = s.say("claim." + string(claim.Verdict))
	}
	var files []string
	for n, e := range d.Exhibits {
		for _, number := range e.Indicators {
			if number == i.Number {
				files = append(files, strconv.Itoa(n+1))
			}
		}
	}
	note := strings.TrimSpace(strings.TrimSpace(claim.Reason) + " " + strings.TrimSpace(claim.Note))
	return []string{string(i.Number), i.Text, verdict, s.values(i, claim), note, strings.Join(files, ", ")}
}

// values are the entered values with their thresholds and what they compare to.
func (s *sheet) values(i indicators.Indicator, c application.Claim) string {
	var out []string
	for _, one := range application.Compare(i, c, s.terms.Calendar) {
		entered := one.Entered
		if entered == "" {
			entered = typed(one.Entry, one.Threshold)
		}
		if entered == "" {
			continue
		}
		t := one.Threshold
		out = append(out, t.Name+" "+string(t.Op)+" "+t.Raw+t.Unit+"："+entered+"（"+s.compared(one)+"）")
	}
	if len(out) == 0 {
		return c.Value
	}
	return strings.Join(out, "；")
}

// typed writes an entry as it was typed.
func typed(e indicators.Entry, t indicators.Threshold) string {
	switch {
	case e.Whole != "" || e.Part != "":
		return e.Part + "/" + e.Whole
	case e.From != "" || e.To != "":
		return e.From + " – " + e.To
	case e.On != "":
		return e.On
	case e.Figure != "":
		return e.Figure + t.Unit
	}
	return ""
}

func (s *sheet) compared(c application.Comparison) string {
	switch {
	case c.Inapplicable:
		return s.say("sealed.inapplicable")
	case !c.Known:
		return s.say("sealed.unknown")
	case c.Meets:
		return s.say("sealed.meets")
	case c.Warns:
		return s.say("sealed.warns")
	}
	return s.say("sealed.fails")
}

// signing is the declaration with the place for signature and stamp (C75, C98).
func (s *sheet) signing() {
	d := &s.manifest.Dossier
	s.add(report.Block{Kind: report.Break})
	s.heading(1, s.say("sealed.declaration"))
	s.paragraphs(s.say("apply.declaration.text"))
	if d.Declaration.Made() {
		s.facts(report.Fact{Name: s.say("sealed.declared"), Text: moment(d.Declaration.At) + " · " + d.Declaration.By})
	}
	s.facts(
		report.Fact{Name: s.say("sealed.leader"), Text: d.Leader.Name + "  " + d.Leader.Post},
		report.Fact{Name: s.say("sealed.code"), Text: s.seal.Receipt()},
		report.Fact{Name: s.say("sealed.digest"), Text: s.seal.Digest, Mono: true})
	s.add(report.Block{Kind: report.Drawing, Picture: s.places()})
	s.paragraphs(s.say("sealed.sign.note"))
}

// places draws the two places: for the leader's signature with the date, and for
// the unit's stamp.
func (s *sheet) places() *picture.Picture {
	const (
		width, height, gap = 480, 190, 20
		half               = (width - gap) / 2
		size, inset        = 13, 14
		foot, rule         = height - 40, height - 58
	)
	line := picture.Shape{Kind: picture.Line, Tone: picture.Muted, Size: 1}
	words := picture.Shape{Kind: picture.Words, Tone: picture.Ink, Size: size}
	p := &picture.Picture{Width: width, Height: height, Title: s.say("sealed.sign"), Summary: s.say("sealed.sign.places")}
	p.Shapes = append(frame(line, 1, half, height), frame(line, half+gap, width-1, height)...)
	line.Tone = picture.Ink
	p.Shapes = append(p.Shapes, placed(line, inset, rule, half-inset, rule))
	for _, one := range []struct {
		key string
		at  picture.Shape
	}{
		{"sealed.sign.leader", placed(words, inset, inset+size, 0, 0)},
		{"sealed.sign.date", placed(words, inset, foot+inset, 0, 0)},
		{"sealed.sign.stamp", placed(words, half+gap+inset, inset+size, 0, 0)},
	} {
		one.at.Text = s.say(one.key)
		p.Shapes = append(p.Shapes, one.at)
	}
	return p
}

// frame are the four sides of a box.
func frame(line picture.Shape, left, right, bottom float64) []picture.Shape {
	return []picture.Shape{
		placed(line, left, 1, right, 1), placed(line, left, bottom-1, right, bottom-1),
		placed(line, left, 1, left, bottom-1), placed(line, right, 1, right, bottom-1),
	}
}

// placed is a shape at a place.
func placed(s picture.Shape, x1, y1, x2, y2 float64) picture.Shape {
	s.X1, s.Y1, s.X2, s.Y2 = x1, y1, x2, y2
	return s
}
