package survey

import (
	"context"
	"strconv"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/invite"
	"minyi/survey/paper"
)

// FormOrder is which forms are printed: so many blank ones, or one for each drawn
// link that was not used, of all places or some.
type FormOrder struct {
	Blank        int // 0: forms of links
	Stratum, PSU string
	Lang         string // "zh-CN" or "en"
	Say          paper.Say
	Base         string // address of the service, without a slash at the end
	Report       func(forms, of int)
}

// mostBlank is how many blank forms are printed at once.
const mostBlank = 500

// Forms lays out forms to print. Who printed how many is an entry in the trail, made
// before anything is written. It refuses with keying.copies, with print.empty where
// no link is left, with survey.state once the survey has ended, and as
// paper.NewForm does.
func (w *Paperwork) Forms(ctx context.Context, by access.Actor, id ID, o FormOrder) (*paper.Form, error) {
	l, err := w.look(by, id)
	if err != nil {
		return nil, err
	}
	serials, err := w.serials(l, o)
	if err != nil {
		return nil, err
	}
	form, err := w.layOut(l, o, serials)
	if err != nil {
		return nil, err
	}
	entry := w.s.entry(by, "survey.paper.print", id)
	if entry.After, err = brief(map[string]any{"forms": max(len(serials), o.Blank), "blank": o.Blank > 0, "stratum": o.Stratum, "psu": o.PSU, "lang": o.Lang, "questionnaire": l.survey.Paper.Hash}); err != nil {
		return nil, err
	}
	return form, w.s.Store.Record(ctx, entry)
}

// CountForms is how many forms would be printed.
func (w *Paperwork) CountForms(by access.Actor, id ID, o FormOrder) (int, error) {
	l, err := w.look(by, id)
	if err != nil {
		return 0, err
	}
	serials, err := w.serials(l, o)
	return max(len(serials), o.Blank), err
}

// Sides is how many sides one form has in a language.
func (w *Paperwork) Sides(by access.Actor, id ID, lang string, say paper.Say) (*paper.Form, error) {
	l, err := w.look(by, id)
	if err != nil {
		return nil, err
	}
	return w.layOut(l, FormOrder{Blank: 1, Lang: lang, Say: say}, nil)
}

// serials are those of the links whose forms are printed; none for blank ones.
func (w *Paperwork) serials(l *live, o FormOrder) ([]uint32, error) {
	if l.survey.State != Planned && l.survey.State != Open {
		return nil, fault.New(fault.Conflict, "survey.state", "state", string(l.survey.State))
	}
	if o.Blank != 0 {
		if o.Blank < 1 || o.Blank > mostBlank {
			return nil, fault.New(fault.Invalid, "keying.copies").At("copies")
		}
		return nil, nil
	}
	serials, _ := w.s.printed(l.survey, Printing{Stratum: o.Stratum, PSU: o.PSU})
	if len(serials) == 0 {
		return nil, fault.New(fault.NotFound, "print.empty")
	}
	return serials, nil
}

func (w *Paperwork) layOut(l *live, o FormOrder, serials []uint32) (*paper.Form, error) {
	title := l.paper.Title().In(o.Lang)
	if l.survey.Rehearsal {
		title = o.Say("a4.rehearsal", nil) + title
	}
	return paper.NewForm(paper.Order{
		Plan: paper.NewPlan(l.paper), Lang: o.Lang, Say: o.Say, Title: title, Version: l.survey.Paper.Hash,
		Notices: []string{l.paper.Intro().In(o.Lang), o.Say("a4.notice.how", nil), o.Say("a4.notice.privacy", nil)},
		Count:   max(len(serials), o.Blank), Report: o.Report,
		Item: func(i int) paper.Item {
			if len(serials) == 0 {
				return paper.Item{Note: o.Say("a4.note.blank", nil)}
			}
			return w.formItem(l, o.Base, serials[i])
		},
	})
}

// formItem is the form of one link. Stratum, PSU and place tell its loose pages
// from those of others.
func (w *Paperwork) formItem(l *live, base string, serial uint32) paper.Item {
	token := w.s.Signer.Format(invite.Token{Survey: l.survey.Number, Serial: serial})
	it := paper.Item{Link: invite.Link(base, token), Code: invite.Spaced(token)}
	if b, ok := l.survey.Batches.Find(serial); ok {
		it.Note = b.Stratum + " · " + b.PSU + " · " + strconv.Itoa(int(serial-b.First)+1)
	}
	return it
}
