package roster

import (
	"context"
	"slices"
	"strings"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// UnitKinds returns the kinds in the order of forms.
func UnitKinds() []UnitKind { return []UnitKind{City, County, District, CountyCity, Bureau} }

// Entry is a unit of the register with what the office keeps of it: its one
// contact office (C01), why it stands here although the notice does not name its
// kind (C16), and whether it was struck off.
type Entry struct {
	Unit
	Contact   string // the unit's contact office, never a person
	Phone     string // of that office
	Exception string // reason; empty for the kinds that the notice names
	Retired   bool   // no longer a unit; its name stays for old rounds
	Change    Change
}

// record is an Entry as it is stored; the code is the key.
type record struct {
	Name       string   `json:"name"`
	NameEN     string   `json:"name_en"`
	Kind       UnitKind `json:"kind"`
	Parent     UnitCode `json:"parent"`
	RuleMaking bool     `json:"rule_making"`
	Contact    string   `json:"contact"`
	Phone      string   `json:"phone"`
	Exception  string   `json:"exception"`
	Retired    bool     `json:"retired"`
	Change
}

// ContactOffice returns the unit's contact office: the one that the office entered,
// or whom the notice is addressed to, the unit's own office for the rule of law
// (依法治市、县、区委员会办公室) or the department itself (C01).
func (e Entry) ContactOffice() string {
	if e.Contact != "" {
		return e.Contact
	}
	switch e.Kind {
	case City, CountyCity:
		return e.Name + "委依法治市委员会办公室"
	case County:
		return e.Name + "委依法治县委员会办公室"
	case District:
		return e.Name + "委依法治区委员会办公室"
	case Bureau:
	}
	return e.Name
}

// Named reports whether the code is one of a kind that the notice names: a
// division code of the region for cities and counties, D and a number for
// departments.
func (e Entry) Named() bool {
	code := string(e.Code)
	if e.Kind == Bureau {
		return len(code) > 1 && code[0] == 'D' && digits(code[1:])
	}
	const divisions, length = "64", 6
	return len(code) == length && digits(code) && strings.HasPrefix(code, divisions)
}

func digits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

const (
	nameMost  = 60
	phoneMost = 40
	codeMost  = 12
)

// check refuses a kind that the notice does not name without a reason (C16), a
// county without its city, and texts that are missing, too long or not clean.
func (e Entry) check(r *Register, reason string) error {
	var list fault.List
	checkWords(&list,
		words{"name", e.Name, nameMost, true}, words{"name_en", e.NameEN, nameMost, false},
		words{"contact", e.Contact, nameMost, false}, words{"phone", e.Phone, phoneMost, false},
		words{"exception", e.Exception, reasonMost, false}, words{"reason", reason, reasonMost, true})
	parent, err := r.Unit(e.Parent)
	switch {
	case !slices.Contains(UnitKinds(), e.Kind):
		list.Add(fault.New(fault.Invalid, "unit.kind").At("kind"))
	case !e.Named() && strings.TrimSpace(e.Exception) == "":
		list.Add(fault.New(fault.Invalid, "unit.exception").At("exception"))
	case e.child() && (err != nil || parent.Kind != City):
		list.Add(fault.New(fault.Invalid, "unit.parent").At("parent"))
	}
	return list.Err()
}

func (e Entry) child() bool { return e.Kind == County || e.Kind == District || e.Kind == CountyCity }

func goodCode(code string) bool {
	bad := func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }
	return code != "" && len(code) <= codeMost && strings.IndexFunc(code, bad) < 0
}

// AddUnit adds a unit to the register (C15: the office only). Its code must be
// new; a body of a kind that the notice does not name needs a reason (C16).
func (s *Service) AddUnit(ctx context.Context, by access.Actor, e Entry, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if !goodCode(string(e.Code)) {
		return fault.New(fault.Invalid, "unit.code").At("code")
	}
	if _, err := s.register.Load().Unit(e.Code); err == nil {
		return fault.New(fault.Conflict, "unit.exists").At("code")
	}
	e.Change.Version = 0
	return s.keepUnit(ctx, by, e, reason)
}

// ChangeUnit changes a unit, with a reason. Change.Version is the version that
// the caller saw.
func (s *Service) ChangeUnit(ctx context.Context, by access.Actor, e Entry, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	was, err := s.Entry(e.Code)
	if err != nil {
		return err
	}
	e.Population, e.PopulationStatus = was.Population, was.PopulationStatus
	return s.keepUnit(ctx, by, e, reason)
}

func (s *Service) keepUnit(ctx context.Context, by access.Actor, e Entry, reason string) error {
	if !e.child() {
		e.Parent = ""
	}
	if err := e.check(s.register.Load(), reason); err != nil {
		return err
	}
	kept := record{
		Name: e.Name, NameEN: e.NameEN, Kind: e.Kind, Parent: e.Parent, RuleMaking: e.RuleMaking, Contact: e.Contact, Phone: e.Phone,
		Exception: e.Exception, Retired: e.Retired, Change: Change{At: s.now(), By: by.Name, Reason: reason},
	}
	if err := s.keep(ctx, by, unitRegister, string(e.Code), e.Change.Version, kept, reason); err != nil {
		return err
	}
	return s.Refresh(ctx)
}

// Refresh reads what the office changed in the register of units. It is called
// once at the start, and after every change.
func (s *Service) Refresh(ctx context.Context) error {
	fresh, err := Load()
	if err != nil {
		return err
	}
	var all []struct {
		code UnitCode
		kept *record
	}
	err = s.kept(ctx, unitRegister, func(key string, version int) any {
		kept := &record{Change: Change{Version: version}}
		all = append(all, struct {
			code UnitCode
			kept *record
		}{UnitCode(key), kept})
		return kept
	})
	if err != nil {
		return err
	}
	for _, one := range all {
		fresh.lay(one.code, *one.kept)
	}
	fresh.order()
	s.register.Store(fresh)
	return nil
}

// lay puts the office's record of a unit over the register's own.
func (r *Register) lay(code UnitCode, kept record) {
	at, known := r.index[code]
	if !known {
		at = len(r.units)
		r.add(Unit{Code: code})
	}
	u := &r.units[at]
	u.Name, u.NameEN, u.Kind, u.Parent, u.RuleMaking = kept.Name, kept.NameEN, kept.Kind, kept.Parent, kept.RuleMaking
	r.kept[code] = kept
}

// order sorts cities with their counties after them, then departments.
func (r *Register) order() {
	key := func(u Unit) string {
		switch {
		case u.Kind == Bureau:
			return "2" + string(u.Code)
		case u.Parent != "":
			return "1" + string(u.Parent) + "1" + string(u.Code)
		}
		return "1" + string(u.Code) + "0"
	}
	slices.SortStableFunc(r.units, func(a, b Unit) int { return strings.Compare(key(a), key(b)) })
	for i, u := range r.units {
		r.index[u.Code] = i
	}
}

// Entry returns a unit with all that the office keeps of it, also one that was
// struck off; an unknown one is refused with unit.unknown.
func (s *Service) Entry(code UnitCode) (Entry, error) {
	r := s.register.Load()
	u, err := r.Unit(code)
	if err != nil {
		return Entry{}, err
	}
	return r.entry(u), nil
}

func (r *Register) entry(u Unit) Entry {
	k := r.kept[u.Code]
	return Entry{Unit: u, Contact: k.Contact, Phone: k.Phone, Exception: k.Exception, Retired: k.Retired, Change: k.Change}
}

// Retired reports whether the office has struck the unit off; an unknown one was
// not.
func (s *Service) Retired(code UnitCode) bool { return s.register.Load().kept[code].Retired }

// Entries returns the whole register, those struck off among them.
func (s *Service) Entries() []Entry {
	r := s.register.Load()
	out := make([]Entry, 0, len(r.units))
	for _, u := range r.units {
		out = append(out, r.entry(u))
	}
	return out
}
