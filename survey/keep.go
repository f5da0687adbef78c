package survey

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"minyi/indicators/fault"
	"minyi/survey/invite"
)

// MaxDraft is the largest draft that is kept, in bytes.
const MaxDraft = 64 << 10

// draftChars is how many characters of five bits a draft's code has.
const draftChars = 8

// Unsent is a resident's draft on its way to the disk. Nothing in it names a
// link: the id and the key of the seal are HMACs of link and code.
type Unsent struct {
	Survey  uint16
	Serial  uint32 // not stored: a spent one-time link keeps no draft
	OneTime bool
	Revise  Mark // as in Entry; not stored either
	ID      DraftID
	Day     int32 // days since 1970-01-01 in Asia/Shanghai
	Sealed  []byte
}

// DraftID names a stored draft; zero is none.
type DraftID [16]byte

// DraftCode is the short code under which the draft of a form can be found on
// another device: eight characters of Crockford base32 in two groups. It follows
// from the link and the form's key, so that nothing is stored to know it; empty
// for a token that is none.
func (s *Service) DraftCode(token, formKey string) string {
	t, err := s.Signer.Parse(token)
	if err != nil {
		return ""
	}
	code := s.draftCode.mac(t, formKey)
	text := invite.Short(code[:5], draftChars)
	return text[:draftChars/2] + "-" + text[draftChars/2:]
}

// Keep stores a draft of the sheet behind a link under its code, in place of an
// earlier one, and returns once it is on disk. It refuses with token.unknown,
// token.spent, survey.notyet, survey.closed, poster.notyet, poster.over,
// draft.code (no code), draft.size, draft.many (too many drafts on one link) and
// store.unavailable or intake.busy.
func (s *Service) Keep(ctx context.Context, token, code string, sheet []byte) error {
	l, batch, t, err := s.link(token)
	if err != nil {
		return err
	}
	if len(sheet) > MaxDraft {
		return fault.New(fault.TooLarge, "draft.size", "max", strconv.Itoa(MaxDraft>>10))
	}
	typed, ok := readCode(code)
	if !ok {
		return fault.New(fault.Invalid, "draft.code")
	}
	now := s.Now()
	if err := l.takes(batch, now); err != nil {
		return err
	}
	id, key := s.draftKeys(t, typed)
	if err := s.guard.keep(t, batch.Kind, id, now); err != nil {
		return err
	}
	with, err := s.sealer(key)
	if err != nil {
		return err
	}
	return s.Intake.Keep(ctx, Unsent{
		Survey: t.Survey, Serial: t.Serial, OneTime: batch.Kind == invite.OneTime, Revise: s.mark(l, batch, t), ID: id, Day: day(now),
		Sealed: seal(with, padded(sheet), id[:]),
	})
}

// Resume returns the draft of a link that was kept under a code. It refuses with
// draft.unknown where there is none, or none any more; after too many wrong
// codes on one link with draft.pause, right or wrong; and as Keep does.
func (s *Service) Resume(ctx context.Context, token, code string) ([]byte, error) {
	l, batch, t, err := s.link(token)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	if err := l.takes(batch, now); err != nil {
		return nil, err
	}
	if batch.Kind == invite.OneTime && s.Intake.Spent(t.Survey, t.Serial) && !s.revisable(l, batch, t) {
		return nil, fault.New(fault.Conflict, "token.spent")
	}
	typed, ok := readCode(code)
	if !ok {
		return nil, errNoDraft()
	}
	if err := s.guard.enter(t, batch.Kind, now); err != nil {
		return nil, err
	}
	id, key := s.draftKeys(t, typed)
	sealed, err := s.Store.Unsent(ctx, id, day(now)-int32(l.survey.Terms.drafts()))
	if err != nil {
		return nil, err
	}
	if sealed == nil {
		return nil, errNoDraft()
	}
	s.guard.right(t)
	return s.openDraft(key, sealed, id)
}

func errNoDraft() error { return fault.New(fault.NotFound, "draft.unknown") }

func (s *Service) openDraft(key, sealed []byte, id DraftID) ([]byte, error) {
	with, err := s.sealer(key)
	if err != nil {
		return nil, err
	}
	plain, err := unseal(with, sealed, id[:])
	if err != nil {
		return nil, fmt.Errorf("survey: open a draft: %w", err)
	}
	return unpadded(plain)
}

// draftKeys returns under which name a draft is stored and what it is sealed
// with: HMACs of the link and the code under the installation's key for drafts.
// Who reads the table cannot tell the link; who knows the link cannot find or
// read the draft without its code.
func (s *Service) draftKeys(t invite.Token, code string) (id DraftID, key []byte) {
	seal := s.draftSeal.sum(func(text []byte) []byte { return append(appendLink(text, t), code...) })
	return s.draftName.mac(t, code), seal[:]
}

// draftOf is the id of the draft that a submission ends; zero for none.
func (s *Service) draftOf(t invite.Token, code string) DraftID {
	typed, ok := readCode(code)
	if !ok {
		return DraftID{}
	}
	return s.draftName.mac(t, typed)
}

// readCode reads a code as people type it: upper or lower case, I and L for 1, O
// for 0, with spaces and hyphens anywhere.
func readCode(text string) (string, bool) {
	const longest = 4 * draftChars
	if len(text) > longest {
		return "", false
	}
	code := make([]byte, 0, longest)
	for i := range len(text) {
		if c := text[i]; c != '-' && c != ' ' {
			code = append(code, meant(c))
		}
	}
	if len(code) != draftChars || strings.Trim(string(code), "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
		return "", false
	}
	return string(code), true
}

// meant is the character of a code that somebody typed.
func meant(c byte) byte {
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	switch c {
	case 'I', 'L':
		return '1'
	case 'O':
		return '0'
	}
	return c
}

// draftStep is what the length of a draft is rounded up to before it is sealed,
// so that its size tells little about how far it has come.
const draftStep = 1024

// padded writes the length of a text before it and fills up with zeros.
func padded(text []byte) []byte {
	const word = 4
	size := (word + len(text) + draftStep - 1) / draftStep * draftStep
	out := make([]byte, size)
	binary.BigEndian.PutUint32(out, uint32(len(text)))
	copy(out[word:], text)
	return out
}

func unpadded(plain []byte) ([]byte, error) {
	const word = 4
	if len(plain) < word || int64(binary.BigEndian.Uint32(plain)) > int64(len(plain)-word) {
		return nil, errors.New("survey: a damaged draft")
	}
	return plain[word : word+binary.BigEndian.Uint32(plain)], nil
}
