package application

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

const (
	longestCaption = 60
	binned         = 50 // exhibits that can be put back
)

// bin takes an exhibit out of the dossier, to be put back as it was.
func (d *Dossier) bin(at int, was Exhibit) {
	d.Exhibits = slices.Delete(d.Exhibits, at, at+1)
	d.Bin = append(d.Bin, was)
	if over := len(d.Bin) - binned; over > 0 {
		d.Bin = slices.Delete(d.Bin, 0, over)
	}
}

// Labels are what a unit may say anew of an exhibit.
type Labels struct {
	Name    string // the ending stays what it is
	Caption string
	Placing
}

// relabel changes what is said of an exhibit by someone who saw it at the given
// count of edits; somebody else's change in between is refused.
func (d *Dossier) relabel(id ExhibitID, seen int, l Labels, t Terms, now time.Time) error {
	if err := d.open(); err != nil {
		return err
	}
	at := d.exhibitAt(id)
	if at < 0 {
		return fault.New(fault.NotFound, "exhibit.unknown")
	}
	e := &d.Exhibits[at]
	var list fault.List
	checkText(&list, "caption", l.Caption, longestCaption, line)
	name, err := renamed(e.File, l.Name)
	list = append(list, fault.All(err)...)
	list = append(list, fault.All(d.placed(l.Placing, t.Applicable, now))...)
	if err := list.Err(); err != nil {
		return err
	}
	if e.Edits != seen {
		return fault.New(fault.Conflict, "dossier.conflict")
	}
	e.Edits++
	e.File.Name, e.Caption, e.Dated = name, strings.TrimSpace(l.Caption), l.Dated
	e.Indicators, e.Attachment = l.Indicators, l.Attachment
	return nil
}

// renamed returns the clean name with the ending of the file's kind.
func renamed(f evidence.File, name string) (string, error) {
	name = evidence.CleanName(name)
	if kind, err := evidence.Named(name); err != nil || kind != f.Kind {
		name = evidence.CleanName(name + path.Ext(f.Name))
	}
	if strings.TrimSuffix(name, path.Ext(name)) == "" {
		return "", fault.New(fault.Invalid, "exhibit.name").At("name")
	}
	return name, nil
}

func (d *Dossier) exhibitAt(id ExhibitID) int {
	return slices.IndexFunc(d.Exhibits, func(e Exhibit) bool { return e.ID == id })
}

// share lets exhibits that are there prove further indicators: no byte is stored
// again.
func (d *Dossier) share(ids []ExhibitID, numbers []indicators.Number, t Terms, now time.Time) error {
	if err := d.open(); err != nil {
		return err
	}
	if err := d.placed(Placing{Indicators: numbers}, t.Applicable, now); err != nil {
		return err
	}
	if len(ids) == 0 {
		return fault.New(fault.Invalid, "exhibit.none").At("also")
	}
	for _, id := range ids {
		at := d.exhibitAt(id)
		if at < 0 {
			return fault.New(fault.NotFound, "exhibit.unknown")
		}
		e := &d.Exhibits[at]
		e.Edits++
		for _, n := range numbers {
			if !slices.Contains(e.Indicators, n) {
				e.Indicators = append(e.Indicators, n)
			}
		}
	}
	return nil
}

// date says when the documents were made (C83).
func (d *Dossier) date(dates map[ExhibitID]roster.Date, now time.Time) error {
	if err := d.open(); err != nil {
		return err
	}
	var list fault.List
	for id, day := range dates {
		at := d.exhibitAt(id)
		switch {
		case at < 0:
			return fault.New(fault.NotFound, "exhibit.unknown")
		case day.Start().After(now):
			list.Add(fault.New(fault.Invalid, "exhibit.future").At("dated-" + string(id)))
		default:
			d.Exhibits[at].Dated = day
			d.Exhibits[at].Edits++
		}
	}
	slices.SortFunc(list, func(a, b *fault.Refusal) int { return strings.Compare(a.Field, b.Field) })
	return list.Err()
}

// Undated returns the exhibits of which nobody has said when they were made.
func (d *Dossier) Undated() (out []Exhibit) {
	for _, e := range d.Exhibits {
		if e.Dated.IsZero() {
			out = append(out, e)
		}
	}
	return out
}

// move puts an exhibit one place up or down in the order in which others read.
func (d *Dossier) move(id ExhibitID, up bool) error {
	if err := d.open(); err != nil {
		return err
	}
	at := d.exhibitAt(id)
	if at < 0 {
		return fault.New(fault.NotFound, "exhibit.unknown")
	}
	to := at + 1
	if up {
		to = at - 1
	}
	if to >= 0 && to < len(d.Exhibits) {
		d.Exhibits[at], d.Exhibits[to] = d.Exhibits[to], d.Exhibits[at]
	}
	return nil
}

// restore puts an exhibit back that was taken out. Where a part of it is still
// there it gets its indicators back.
func (d *Dossier) restore(id ExhibitID, a Allowance) error {
	if err := d.open(); err != nil {
		return err
	}
	at := slices.IndexFunc(d.Bin, func(e Exhibit) bool { return e.ID == id })
	if at < 0 {
		return fault.New(fault.NotFound, "exhibit.unknown")
	}
	if err := d.attach(d.Bin[at], a); err != nil {
		return err
	}
	d.Bin = slices.Delete(d.Bin, at, at+1)
	return nil
}

// Relabel changes name, caption, date and place of an exhibit. seen is the count
// of edits that the form was made from.
func (s *Service) Relabel(ctx context.Context, by access.Actor, k Key, id ExhibitID, seen int, l Labels) error {
	return s.exhibit(ctx, by, k, "exhibit.relabel", func(d *Dossier, t Terms) error {
		return d.relabel(id, seen, l, t, s.Now())
	})
}

// Share lets exhibits prove further indicators.
func (s *Service) Share(ctx context.Context, by access.Actor, k Key, ids []ExhibitID, numbers []indicators.Number) error {
	return s.exhibit(ctx, by, k, "exhibit.share", func(d *Dossier, t Terms) error { return d.share(ids, numbers, t, s.Now()) })
}

// Date says when documents were made.
func (s *Service) Date(ctx context.Context, by access.Actor, k Key, dates map[ExhibitID]roster.Date) error {
	return s.exhibit(ctx, by, k, "exhibit.date", func(d *Dossier, _ Terms) error { return d.date(dates, s.Now()) })
}

// Move puts an exhibit one place up or down.
func (s *Service) Move(ctx context.Context, by access.Actor, k Key, id ExhibitID, up bool) error {
	return s.exhibit(ctx, by, k, "exhibit.move", func(d *Dossier, _ Terms) error { return d.move(id, up) })
}

// Restore puts an exhibit back that was taken out.
func (s *Service) Restore(ctx context.Context, by access.Actor, k Key, id ExhibitID) error {
	return s.exhibit(ctx, by, k, "exhibit.restore", func(d *Dossier, _ Terms) error { return d.restore(id, s.Allowance) })
}

// exhibit does one change of the exhibits within the window.
func (s *Service) exhibit(ctx context.Context, by access.Actor, k Key, action string, change func(d *Dossier, t Terms) error) error {
	terms, entry, err := s.begin(ctx, by, k, action)
	if err != nil {
		return err
	}
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		before := d.labels()
		if err := change(d, terms); err != nil {
			return err
		}
		var err error
		entry.Before, entry.After, err = apart(before, d.labels())
		return err
	})
}
