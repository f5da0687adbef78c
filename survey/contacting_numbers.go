package survey

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/keyring"
	"minyi/survey/contact"
	"minyi/survey/frame/listing"
	"minyi/survey/invite"
)

// ImportNumbers takes telephone numbers for links from a CSV file or the first sheet
// of an XLSX workbook, over those that
// are there already, and says how many. See contact.ReadNumbers for the file; a
// row with a PSU only gets the next link of that PSU that is not spent and has no
// number. What is wrong is named by row, and then nothing is taken.
func (s *Service) ImportNumbers(ctx context.Context, by access.Actor, id ID, file io.Reader) (int, error) {
	l, d, err := s.running(ctx, by, id)
	if err != nil {
		return 0, err
	}
	text, err := plainNumbers(file)
	if err != nil {
		return 0, err
	}
	rows, err := contact.ReadNumbers(text)
	if err != nil {
		return 0, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	placed, err := s.place(l.survey, d, rows)
	if err != nil {
		return 0, err
	}
	return len(placed), s.take(ctx, by, l, d, placed)
}

// plainNumbers turns a workbook into the CSV that ReadNumbers reads; rows keep their
// numbers.
func plainNumbers(file io.Reader) (io.Reader, error) {
	raw, err := io.ReadAll(file)
	if err != nil || !bytes.HasPrefix(raw, []byte("PK\x03\x04")) {
		return bytes.NewReader(raw), err
	}
	table, err := listing.Open(raw)
	if err != nil {
		return nil, atNumbers(err)
	}
	text, _, err := table.Plain()
	return bytes.NewReader(text), atNumbers(err)
}

// atNumbers puts a refusal of a list at the field of the numbers.
func atNumbers(err error) error {
	var refused *fault.Refusal
	if errors.As(err, &refused) {
		return refused.At("numbers")
	}
	return err
}

// TakeNumbers takes the telephone numbers of the drawn people of a list frame, and
// says how many; those of people without one or with one that is none are left.
func (s *Service) TakeNumbers(ctx context.Context, by access.Actor, id ID) (int, error) {
	l, d, err := s.running(ctx, by, id)
	if err != nil {
		return 0, err
	}
	people, err := s.drawnPeople(ctx, l.survey)
	if err != nil {
		return 0, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	placed := map[uint32]contact.Number{}
	for _, p := range people {
		if phone, ok := contact.Phone(p.Phone); ok {
			placed[p.Serial] = contact.Number{Phone: phone, Name: short(p.Name), Place: short(p.Address)}
		}
	}
	if len(placed) == 0 {
		return 0, fault.New(fault.Conflict, "contact.nonumbers")
	}
	return len(placed), s.take(ctx, by, l, d, placed)
}

func short(text string) string {
	const most = 120
	for utf8.RuneCountInString(text) > most {
		_, last := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-last]
	}
	return text
}

// takenAtOnce is how many numbers are stored in one transaction, so that no answer
// waits long for the writer.
const takenAtOnce = 2000

// take stores numbers by their link, the entry in the trail first. What a stop cuts
// short is made good by taking them again.
func (s *Service) take(ctx context.Context, by access.Actor, l *live, d *desk, placed map[uint32]contact.Number) error {
	if d.sealer == nil {
		return fault.New(fault.Closed, "contact.erased")
	}
	with, err := d.sealer()
	if err != nil {
		return err
	}
	next := make([]contact.Case, 0, len(placed))
	for serial, n := range placed {
		c := contact.Case{Serial: serial}
		if was := d.by[serial]; was != nil {
			c = *was
		}
		c.Phone, c.Name, c.Place = n.Phone, cmp.Or(n.Name, c.Name), cmp.Or(n.Place, c.Place)
		next = append(next, c)
	}
	slices.SortFunc(next, func(a, b contact.Case) int { return cmp.Compare(a.Serial, b.Serial) })
	entry := s.entry(by, "survey.contact.numbers", l.survey.ID)
	entry.After = `{"numbers":` + strconv.Itoa(len(next)) + `}`
	if err := s.Store.Record(ctx, entry); err != nil {
		return err
	}
	for some := range slices.Chunk(next, takenAtOnce) {
		if err := s.store(ctx, d, some, with); err != nil {
			return err
		}
	}
	return nil
}

// store seals and stores cases and puts them on the desk.
func (s *Service) store(ctx context.Context, d *desk, cases []contact.Case, with *keyring.One) error {
	sealed := make([]SealedCase, len(cases))
	for i := range cases {
		var err error
		if sealed[i], err = d.sealed(&cases[i], with); err != nil {
			return err
		}
	}
	if err := s.Contacts.SaveContactCases(ctx, d.number, sealed, nil); err != nil {
		return err
	}
	for i := range cases {
		c := &cases[i]
		c.Version++
		if was := d.by[c.Serial]; was != nil {
			*was = *c
		} else {
			d.enter(c)
		}
	}
	return nil
}

// place finds the link of each row.
func (s *Service) place(sv *Survey, d *desk, rows []contact.Number) (map[uint32]contact.Number, error) {
	out := map[uint32]contact.Number{}
	var faults fault.List
	p := placing{s: s, sv: sv, d: d, out: out, next: map[string]uint32{}}
	for _, n := range rows { // first those that name their link, so that no PSU row takes it
		if n.Link != "" || n.Serial != 0 {
			p.add(&faults, n, p.named)
		}
	}
	for _, n := range rows {
		if n.Link == "" && n.Serial == 0 {
			p.add(&faults, n, p.anyOf)
		}
	}
	return out, faults.Err()
}

// placing gives rows of numbers their links.
type placing struct {
	s    *Service
	sv   *Survey
	d    *desk
	out  map[uint32]contact.Number
	next map[string]uint32 // the first serial number of a PSU that may be free
}

func (p *placing) add(faults *fault.List, n contact.Number, find func(contact.Number) (uint32, string)) {
	const most = 50
	if len(*faults) >= most {
		return
	}
	serial, code := find(n)
	if _, twice := p.out[serial]; code == "" && twice {
		code = "numbers.linktwice"
	}
	if code != "" {
		faults.Add(fault.New(fault.Invalid, code, "row", strconv.Itoa(n.Row)).At("numbers"))
		return
	}
	p.out[serial] = n
}

// named finds the link that a row names by itself or by its serial number.
func (p *placing) named(n contact.Number) (uint32, string) {
	serial := n.Serial
	if n.Link != "" {
		token := n.Link[strings.LastIndex(n.Link, "/")+1:]
		t, err := p.s.Signer.Parse(token)
		if err != nil || t.Survey != p.sv.Number || serial != 0 && serial != t.Serial {
			return 0, "numbers.link"
		}
		serial = t.Serial
	}
	b, ok := p.sv.Batches.Find(serial)
	if !ok || b.Kind != invite.OneTime {
		return 0, "numbers.link"
	}
	return serial, ""
}

// anyOf finds a link of the PSU that is not spent and has no number yet.
func (p *placing) anyOf(n contact.Number) (uint32, string) {
	known := false
	for _, b := range p.sv.Batches {
		if b.Kind != invite.OneTime || b.PSU != n.PSU {
			continue
		}
		known = true
		for serial := max(b.First, p.next[n.PSU]); serial <= b.Last(); serial++ {
			_, taken := p.out[serial]
			if taken || p.d.by[serial] != nil || p.s.Intake.Spent(p.sv.Number, serial) {
				continue
			}
			p.next[n.PSU] = serial + 1
			return serial, ""
		}
	}
	if !known {
		return 0, "numbers.psu"
	}
	return 0, "numbers.full"
}
