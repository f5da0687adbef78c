package survey

import (
	"context"
	"crypto/cipher"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// Contact is one drawn person or household of a list frame, with the serial
// number of the link that was drawn for it. Any of the personal fields may be
// empty; the list said no more.
type Contact struct {
	Serial  uint32 // of the one-time link; Service.Token makes the link of it
	Batch   uint32
	Stratum string
	PSU     string
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
func (s *Service) drawnPeople(_ context.Context, _ *Survey) ([]Contact, error) {
	return nil, fault.New(fault.Conflict, "sample.nopeople")
}

// frameName is the name of the key in the vault under which everything of a
// survey is sealed that can identify people of its frame. Whoever seals more under
// it (see frameSeal) has it erased with the frame: the key dies first, then the
// rows.
func frameName(id ID) string { return string(id) + "/frame" }

// frameSeal is AES-256-GCM under the frame's key, made where there is none. The
// name keeps the ciphers of different kinds of data apart. It refuses with
// people.erased once the term of the frame is over, and with store.unavailable
// where no key can be kept.
func (s *Service) frameSeal(sv *Survey, name string) (cipher.AEAD, error) {
	if s.Vault == nil {
		return nil, fault.New(fault.Unavailable, "store.unavailable")
	}
	key, err := s.Vault.Make(frameName(sv.ID))
	if err != nil {
		return nil, err
	}
	return sealer(subkey(key, "frame-"+name))
}
