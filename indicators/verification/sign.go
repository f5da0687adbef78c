package verification

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// Signature is one member's under the record: drawn on a tablet, or the typed name
// where the browser runs no script. A later change of the record ends it.
type Signature struct {
	Member string    `json:"member"`
	Digest string    `json:"digest"`         // of the record that was signed
	Path   string    `json:"path,omitempty"` // strokes in a box of SignWidth by SignHeight, as SVG writes lines
	Typed  string    `json:"typed,omitempty"`
	At     time.Time `json:"at"`
	By     string    `json:"by"` // account that was signed in on the device
	On     string    `json:"on,omitempty"`
	Void   *Touch    `json:"void,omitempty"`
}

// The box of a drawn signature.
const (
	SignWidth  = 600
	SignHeight = 200
	pathMost   = 20_000 // characters
	pathLeast  = 12
)

func pathForm() *regexp.Regexp {
	return regexp.MustCompile(`^(M\d{1,3} \d{1,3}( L\d{1,3} \d{1,3})*)( M\d{1,3} \d{1,3}( L\d{1,3} \d{1,3})*)*$`)
}

// Valid are the signatures that stand, one a member.
func (v *Visit) Valid() []Signature {
	var out []Signature
	for _, s := range v.Signatures {
		m, ok := v.Member(s.Member)
		if ok && m.Active() && s.Void == nil {
			out = append(out, s)
		}
	}
	return out
}

// Signed reports whether a member's signature stands.
func (v *Visit) Signed(member string) bool {
	return slices.ContainsFunc(v.Valid(), func(s Signature) bool { return s.Member == member })
}

// sign adds a signature. It is refused where the record is another than the one
// that was shown, so that nobody signs what he did not see.
func (v *Visit) sign(by access.Actor, s Signature) error {
	m, ok := v.Member(s.Member)
	if !ok || !m.Active() {
		return fault.New(fault.Invalid, "verification.signer").At("member")
	}
	if m.Interest != Clear {
		return fault.New(fault.Conflict, "verification.undeclared", "name", m.Name).At("member")
	}
	digest, err := v.Digest()
	if err != nil {
		return err
	}
	if s.Digest != digest {
		return fault.New(fault.Conflict, "verification.other_record").At("member")
	}
	if err := s.check(by, m); err != nil {
		return err
	}
	v.Signatures = slices.DeleteFunc(v.Signatures, func(o Signature) bool { return o.Member == s.Member && o.Void == nil })
	v.Signatures = append(v.Signatures, s)
	return nil
}

// check refuses what is neither strokes nor the member's own name.
func (s Signature) check(by access.Actor, m *Member) error {
	switch {
	case s.Path == "" && s.Typed == "":
		return fault.New(fault.Invalid, "verification.unsigned").At("member")
	case s.Path != "" && (len(s.Path) < pathLeast || len(s.Path) > pathMost || !pathForm().MatchString(s.Path)):
		return fault.New(fault.Invalid, "verification.strokes").At("member")
	case s.Path == "" && strings.TrimSpace(s.Typed) != m.Name:
		return fault.New(fault.Invalid, "verification.typed", "name", m.Name).At("typed")
	case s.Path == "" && m.Account != "" && access.Fold(m.Account) != access.Fold(by.Name):
		return fault.New(fault.Forbidden, "verification.typed_other", "name", m.Name).At("typed")
	}
	return nil
}
