package survey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/keyring"
	"minyi/survey/frame"
	"minyi/survey/invite"
)

// Page is a sealed piece of an uploaded file or of a list of people. Unit is the
// place of the PSU in the frame whose people it holds, 0 of a file.
type Page struct {
	Part   string
	Number int
	Unit   int
	Sealed []byte
}

// Rolls keeps sealed pages.
type Rolls interface {
	// AddPages stores pages in one transaction, each in place of an earlier one of
	// its part and number.
	AddPages(ctx context.Context, id ID, pages []Page) error
	// Pages calls fn for the pages of a part in their order; of one unit, or of all
	// where it is negative.
	Pages(ctx context.Context, id ID, part string, unit int, fn func(Page) error) error
	// DropPages deletes the pages of a part, or all of a survey but those of the
	// part keep, and returns how many there were. What they said is gone from the
	// file too.
	DropPages(ctx context.Context, id ID, part, keep string) (int, error)
}

// Contact is one drawn person or household of a list frame, with the serial
// number of the link that was drawn for it. Any of the personal fields may be
// empty; the list said no more.
type Contact struct {
	Serial  uint32 // of the one-time link
	Batch   uint32
	Stratum string
	PSU     string // of a list without PSUs, the random group
	Code    string // the list's own number of the person or household
	Name    string
	Phone   string
	Address string
}

// Drawn returns the drawn people of a list frame in the order of their serial
// numbers, the released reserve too; the part of the reserve that was not
// released is not among them. Who read them is an entry in the trail. It refuses
// with sample.nopeople where the frame lists areas only or the sample was not
// drawn, and with people.erased once the term of the frame is over.
func (s *Service) Drawn(ctx context.Context, by access.Actor, id ID) ([]Contact, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	people, err := s.drawnPeople(ctx, l.survey)
	if err != nil {
		return nil, err
	}
	return people, s.Store.Record(ctx, s.entry(by, "survey.people.read", id))
}

// drawnPeople is Drawn without its entry in the trail, for the verbs of this
// package that make one of their own.
func (s *Service) drawnPeople(ctx context.Context, sv *Survey) ([]Contact, error) {
	if sv.Sampling.List == nil || sv.Sample == nil {
		return nil, fault.New(fault.Conflict, "sample.nopeople")
	}
	f, err := s.Store.Frame(ctx, sv.ID)
	if err != nil {
		return nil, err
	}
	units := places(f)
	turn := map[[2]string][]frame.Person{} // people in the order of the draw, less those who were dealt out
	var out []Contact
	for _, b := range sv.Batches {
		if b.Kind != invite.OneTime {
			continue
		}
		psu := [2]string{b.Stratum, b.PSU}
		if f.People.Flat {
			psu[1] = ""
		}
		if _, ok := turn[psu]; !ok {
			if turn[psu], err = s.inTurn(ctx, sv, psu, units[psu]); err != nil {
				return nil, err
			}
		}
		if len(turn[psu]) < int(b.Count) {
			return nil, fmt.Errorf("survey %s: the list of %s ends before its sample", sv.ID, b.PSU)
		}
		for i, p := range turn[psu][:b.Count] {
			out = append(out, Contact{
				Serial: b.First + uint32(i), Batch: b.Number, Stratum: b.Stratum, PSU: b.PSU,
				Code: p.Code, Name: p.Name, Phone: p.Phone, Address: p.Address,
			})
		}
		turn[psu] = turn[psu][b.Count:]
	}
	return out, nil
}

// places are the places of the PSUs in a frame.
func places(f frame.Frame) map[[2]string]int {
	out, n := map[[2]string]int{}, 0
	for _, h := range f.Strata {
		for _, p := range h.PSUs {
			out[[2]string{h.Name, p.Code}] = n
			n++
		}
	}
	return out
}

// inTurn returns the people of a PSU in the order in which the draw takes them.
func (s *Service) inTurn(ctx context.Context, sv *Survey, psu [2]string, unit int) ([]frame.Person, error) {
	people, err := s.rolled(ctx, sv, unit)
	if err != nil {
		return nil, err
	}
	out := make([]frame.Person, len(people))
	for i, k := range frame.Order(sv.Sample.FrameHash, sv.Sample.Plan.Seed, psu[0], psu[1], len(people)) {
		out[i] = people[k]
	}
	return out, nil
}

// rolled opens the list of one PSU, in its canonical order.
func (s *Service) rolled(ctx context.Context, sv *Survey, unit int) ([]frame.Person, error) {
	seal, err := s.frameSeal(sv, "list")
	if err != nil {
		return nil, err
	}
	var out []frame.Person
	err = s.Rolls.Pages(ctx, sv.ID, sv.Sampling.List.Part, unit, func(p Page) error {
		people, err := openPeople(seal, sv.ID, p)
		out = append(out, people...)
		return err
	})
	return out, err
}

func openPeople(with *keyring.One, id ID, p Page) (people []frame.Person, err error) {
	plain, err := unseal(with, p.Sealed, p.bound(id))
	if err == nil {
		err = json.Unmarshal(plain, &people)
	}
	if err != nil {
		return nil, fmt.Errorf("survey %s: open page %d of a list: %w", id, p.Number, err)
	}
	return people, nil
}

// rollHash is the hash of the stored list.
func (s *Service) rollHash(ctx context.Context, sv *Survey, f frame.Frame) (string, error) {
	var roll frame.Roll
	unit := 0
	for _, h := range f.Strata {
		for _, p := range h.PSUs {
			people, err := s.rolled(ctx, sv, unit)
			if err != nil {
				return "", err
			}
			roll.Add(h.Name, p.Code, people)
			unit++
		}
	}
	return roll.Hash(), nil
}

// bound ties a page to its place, so that none passes for another.
func (p Page) bound(id ID) []byte {
	return fmt.Appendf(nil, "%s\n%s\n%d\n%d", id, p.Part, p.Number, p.Unit)
}

// frameName is the name of the key in the vault under which everything of a
// survey is sealed that can identify people of its frame. Whoever seals more under
// it (see frameSeal) has it erased with the frame: the key dies first, then the
// rows.
func frameName(id ID) string { return string(id) + "/frame" }

// frameSeal seals under the frame's key, made where there is none. The
// name keeps the ciphers of different kinds of data apart. It refuses with
// people.erased once the term of the frame is over, and with store.unavailable
// where no key can be kept.
func (s *Service) frameSeal(sv *Survey, name string) (*keyring.One, error) {
	if !sv.Sampling.Erased.IsZero() {
		return nil, fault.New(fault.Conflict, "people.erased")
	}
	if s.Vault == nil {
		return nil, fault.New(fault.Unavailable, "store.unavailable")
	}
	key, err := s.Vault.Make(frameName(sv.ID))
	if err != nil {
		return nil, errors.Join(fault.New(fault.Unavailable, "store.unavailable"), err)
	}
	return s.sealer(subkey(key, "frame-"+name))
}

// EraseFrame erases what identifies people of a closed survey's frame before its
// term ends, for good and for a reason: the entry in the trail with count and hash,
// then the key, then the rows. What a stop cuts short, Tend finishes.
func (s *Service) EraseFrame(ctx context.Context, by access.Actor, id ID, reason string) error {
	if err := by.Require(access.Agency); err != nil {
		return err
	}
	reason, err := worded(reason, "reason")
	if err != nil {
		return err
	}
	return s.eraseFrame(ctx, by, id, reason, false)
}

func (s *Service) eraseFrame(ctx context.Context, by access.Actor, id ID, reason string, due bool) error {
	l, err := s.get(id)
	if err != nil {
		return err
	}
	if err := s.tendContacts(ctx, l.survey); err != nil { // what is to stay of the calls
		return err
	}
	entry := s.entry(by, "survey.frame.erase", id)
	entry.Reason = reason
	sv, err := s.update(ctx, id, entry, func(sv *Survey) error { return sv.Erase(s.Now(), due) })
	if err != nil {
		return err
	}
	return s.burnFrame(ctx, sv)
}

// burnFrame destroys the key of a frame and deletes what was sealed under it. It
// may be repeated.
func (s *Service) burnFrame(ctx context.Context, sv *Survey) error {
	errs := []error{s.Vault.Destroy(frameName(sv.ID))}
	_, err := s.Rolls.DropPages(ctx, sv.ID, "", "")
	errs = append(errs, err)
	if s.Contacts != nil { // the cases of telephone calls are sealed under the same key
		_, err = s.Contacts.DropContactCases(ctx, sv.Number)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// tendFrame erases what identifies people once its term is over. A survey that
// never had such data has no key, and nothing is done.
func (s *Service) tendFrame(ctx context.Context, sv *Survey, now time.Time) error {
	if s.Vault == nil || s.Rolls == nil {
		return nil
	}
	if !sv.Sampling.Erased.IsZero() {
		return s.burnFrame(ctx, sv)
	}
	if now.Before(sv.FrameEnd().Plus(1).Start()) {
		return nil
	}
	if key, err := s.Vault.Key(frameName(sv.ID)); err != nil || key == nil {
		return err
	}
	return s.eraseFrame(ctx, access.Command("survey"), sv.ID, "", true)
}
