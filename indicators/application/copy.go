package application

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Source is an earlier dossier of the same unit, or the one of its other track,
// whose material can be used again (C10).
type Source struct {
	Key
	Claims, Parts, Files int // what there is to take over
}

// Sources returns what the actor's unit has to take over into a dossier, the
// newest round first. A dossier that was cancelled for untrue material is none.
func (s *Service) Sources(ctx context.Context, by access.Actor, k Key) ([]Source, error) {
	if err := own(by, k); err != nil {
		return nil, err
	}
	all, err := s.Store.UnitDossiers(ctx, k.Unit)
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	var out []Source
	for _, d := range all {
		if d.Key == k || d.State == Cancelled || d.Round > k.Round {
			continue
		}
		one := Source{Key: d.Key, Files: len(d.Exhibits)}
		if k.Track == comprehensive {
			one.Claims = len(d.Claims)
		}
		for _, text := range d.Report {
			if !blank(text) {
				one.Parts++
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// Wish says what is to be taken over.
type Wish struct{ Claims, Report, Profile, Files bool }

// Taken is how much was taken over; Left is how much was not, because the place
// is filled in already, the indicator has changed or does not apply, or there is
// no room.
type Taken struct {
	Claims int `json:"claims"`
	Parts  int `json:"parts"`
	Fields int `json:"fields"`
	Files  int `json:"files"`
	Left   int `json:"left"`
}

// Copy takes material of another dossier of the same unit over into a draft. It
// fills in only what is empty, never writes over a word, and marks each line as
// taken over until somebody has looked at it. Files are joined by their digest:
// no byte is stored twice.
func (s *Service) Copy(ctx context.Context, by access.Actor, k, from Key, wish Wish) (Taken, error) {
	terms, entry, err := s.begin(ctx, by, k, "dossier.copy")
	if err != nil {
		return Taken{}, err
	}
	if from == k {
		return Taken{}, fault.New(fault.Invalid, "dossier.copy_self").At("from")
	}
	source, before, err := s.Own(ctx, by, from)
	if err != nil {
		return Taken{}, err
	}
	if source.State == Cancelled {
		return Taken{}, unknown()
	}
	c := copier{from: source, terms: terms, before: before, allowance: s.Allowance, newID: s.NewID, by: s.editor(by)}
	err = s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		if err := c.copy(d, wish); err != nil {
			return err
		}
		raw, err := json.Marshal(c.taken)
		entry.Before, entry.After = string(from.ID()), string(raw)
		return err
	})
	return c.taken, err
}

// copier takes over material of one dossier into another.
type copier struct {
	from          *Dossier
	terms, before Terms
	allowance     Allowance
	newID         func() string
	by            Editor
	taken         Taken
}

func (c *copier) copy(d *Dossier, wish Wish) error {
	if err := d.open(); err != nil {
		return err
	}
	c.taken = Taken{}
	if wish.Profile {
		c.profile(d)
	}
	if wish.Claims && d.Track == comprehensive {
		c.claims(d)
	}
	if wish.Report {
		c.report(d)
	}
	if wish.Files {
		c.files(d)
	}
	if c.taken == (Taken{Left: c.taken.Left}) {
		return fault.New(fault.Conflict, "dossier.copy_nothing").At("from")
	}
	return nil
}

// mark notes fields as changed and as taken over.
func (c *copier) mark(d *Dossier, s Section, fields []string) {
	d.touch(s, c.by, fields)
	if d.Copied == nil {
		d.Copied = map[string]ID{}
	}
	for _, name := range fields {
		d.Copied[name] = c.from.ID()
	}
}

// claims takes over what was claimed of indicators that still say the same.
func (c *copier) claims(d *Dossier) {
	var fields []string
	for _, i := range c.terms.Applicable {
		old, ok := c.from.Claims[i.Number]
		if !ok || old.Empty() {
			continue
		}
		if !c.same(i) || !d.Claims[i.Number].Empty() {
			c.taken.Left++
			continue
		}
		d.keep(map[indicators.Number]Claim{i.Number: old})
		fields = append(fields, ClaimField(i.Number))
	}
	c.taken.Claims = len(fields)
	c.mark(d, Self, fields)
}

// same reports whether an indicator had the same words when the source was made.
func (c *copier) same(i indicators.Indicator) bool {
	if c.before.Catalogue == nil || c.before.Catalogue.System != c.terms.Catalogue.System {
		return false
	}
	old, ok := c.before.Catalogue.Find(i.Number)
	return ok && old.Text == i.Text
}

// report takes over parts that are empty, as long as they fit; between the
// tracks, each part goes to the one of the same place.
func (c *copier) report(d *Dossier) {
	var fields []string
	limit := c.terms.Round.Settings.ReportLimit
	for n, p := range Parts(d.Track) {
		text := c.from.Report[Parts(c.from.Track)[n]]
		if blank(text) {
			continue
		}
		fits := d.ReportLength(c.terms.Round.Settings)+Length(text, c.terms.Round.Settings.CountPunctuation) <= limit
		if !blank(d.Report[p]) || !fits {
			c.taken.Left++
			continue
		}
		if d.Report == nil {
			d.Report = map[Part]string{}
		}
		d.Report[p] = text
		fields = append(fields, string(p))
	}
	c.taken.Parts = len(fields)
	c.mark(d, Words, fields)
}

// profile takes over leader and plan, and between single projects what the
// project is, where nothing is written yet.
func (c *copier) profile(d *Dossier) {
	before := d.Head().fields()
	if d.Leader == (Leader{}) {
		d.Leader = c.from.Leader
	}
	if d.Plan == (Plan{}) {
		d.Plan = c.from.Plan
	}
	if d.Track == roster.Single && c.from.Track == roster.Single {
		if d.Project == (roster.Project{}) && blank(d.Title) {
			d.Project, d.Title = c.from.Project, c.from.Title
		}
		if len(d.Criteria) == 0 {
			d.Criteria = c.from.Criteria
		}
	}
	fields := changed(before, d.Head().fields())
	c.taken.Fields = len(fields)
	c.mark(d, Profile, fields)
}

// files joins the files of the source by their digests.
func (c *copier) files(d *Dossier) {
	var fields []string
	for _, e := range c.from.Exhibits {
		e.ID, e.AddedAt, e.AddedBy = ExhibitID(c.newID()), c.by.At.UTC(), c.by.By
		if !c.place(d, &e) || d.holds(e) || d.attach(e, c.allowance) != nil {
			c.taken.Left++
			continue
		}
		fields = append(fields, ExhibitField(e.ID))
	}
	c.taken.Files = len(fields)
	c.mark(d, Files, fields)
}

// ExhibitField names an exhibit among the fields of a dossier.
func ExhibitField(id ExhibitID) string { return "exhibit-" + string(id) }

// holds reports whether the same bytes lie in the dossier already.
func (d *Dossier) holds(e Exhibit) bool {
	return slices.ContainsFunc(d.Exhibits, func(old Exhibit) bool { return old.File.Digest == e.File.Digest })
}

// place says what a file proves in its new dossier: the indicators that still
// say the same, or its kind. A file of a project proves no indicator by itself.
func (c *copier) place(d *Dossier, e *Exhibit) bool {
	if d.Track == roster.Single {
		if e.Attachment == "" {
			e.Attachment = WorkingPapers
		}
		e.Indicators = nil
		return true
	}
	var still []indicators.Number
	for _, i := range c.terms.Applicable {
		if slices.Contains(e.Indicators, i.Number) && c.same(i) {
			still = append(still, i.Number)
		}
	}
	e.Indicators, e.Attachment = still, ""
	return len(still) > 0
}

// Looked takes the mark off fields that were taken over: somebody has looked at
// them and lets them stand.
func (s *Service) Looked(ctx context.Context, by access.Actor, k Key, fields []string) error {
	_, entry, err := s.begin(ctx, by, k, "dossier.looked")
	if err != nil {
		return err
	}
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		if err := d.open(); err != nil {
			return err
		}
		for _, name := range fields {
			delete(d.Copied, name)
		}
		entry.After = fmt.Sprintf(`{"fields":%d}`, len(fields))
		return nil
	})
}
