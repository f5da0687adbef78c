package application

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"time"

	"minyi/indicators/canonical"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
)

// Standing is all that anybody may learn of a seal: that the service gave it, when,
// and whether the filing still stands. It tells no unit, no track, no content and
// nothing that was decided.
type Standing struct {
	Round  int
	Digest string
	Code   string
	At     time.Time
	State  SealState
	Since  time.Time // when it ended; zero where it stands
	Signed bool      // the service's key signed its receipt, and the signature is right
}

// SealState says whether a filing stands.
type SealState string

// The states of a seal: it stands, it no longer does, or a later filing has taken
// its place.
const (
	SealStands   SealState = "stands"
	SealEnded    SealState = "ended"
	SealReplaced SealState = "replaced"
)

// PublicKey is the key that receipts are signed with; nil without one.
func (s *Service) PublicKey() ed25519.PublicKey {
	if len(s.Key) != ed25519.PrivateKeySize {
		return nil
	}
	public, _ := s.Key.Public().(ed25519.PublicKey)
	return public
}

// LookUp says how the seal with that digest stands, to anybody who has the digest.
// The manifest itself is read and hashed again, so that a seal whose record was
// changed is refused with seal.broken and not confirmed.
func (s *Service) LookUp(ctx context.Context, digest string) (Standing, error) {
	if _, err := evidence.ParseDigest(digest); err != nil {
		return Standing{}, fault.New(fault.NotFound, "seal.unknown").At("manifest")
	}
	k, err := s.Store.Sealed(ctx, digest)
	if err != nil {
		return Standing{}, err
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return Standing{}, err
	}
	if problem, err := s.checkSeal(ctx, d, digest); err != nil || problem != "" {
		return Standing{}, errors.Join(err, fault.New(fault.Unavailable, "seal.broken").At("manifest"))
	}
	return d.standing(digest)
}

// standing tells how one seal of the dossier stands.
func (d *Dossier) standing(digest string) (Standing, error) {
	for i, seal := range d.Seals {
		if seal.Digest == digest {
			state, since := d.ended(i)
			return Standing{
				Round: d.Round, Digest: digest, Code: seal.Receipt(), At: seal.At, State: state, Since: since, Signed: seal.Signature != "",
			}, nil
		}
	}
	return Standing{}, fault.New(fault.NotFound, "seal.unknown").At("manifest")
}

// Checked is what the check of an uploaded text found: the seal's standing, or
// the sections that were changed where no seal has the text's digest.
type Checked struct {
	Standing Standing
	Receipt  bool     // the text was a receipt; its words and signature are right
	Digest   string   // of the text, or the one that the receipt names
	Altered  []string // sections of the manifest that do not have their own digest
}

// CheckText checks a manifest or a receipt as somebody holds it, against the seal.
// It keeps nothing of the text. The blanks that copying and pasting leave do not
// count. A text without a seal is refused with seal.unknown, and Altered names the
// sections that no longer have the digest that stands in it.
func (s *Service) CheckText(ctx context.Context, text []byte) (Checked, error) {
	if len(text) == 0 {
		return Checked{}, fault.New(fault.Invalid, "seal.empty").At("manifest")
	}
	if receipt, ok := parseSigned(text); ok {
		return s.checkReceipt(ctx, receipt)
	}
	out := Checked{Digest: hexDigest(text)}
	standing, err := s.LookUp(ctx, out.Digest)
	if plain, failed := canonical.JSON(text); err != nil && failed == nil && hexDigest(plain) != out.Digest {
		out.Digest = hexDigest(plain)
		standing, err = s.LookUp(ctx, out.Digest)
	}
	out.Standing = standing
	if err != nil {
		if _, parsed := ParseManifest(text); parsed != nil {
			return Checked{}, fault.New(fault.Invalid, "seal.unreadable").At("manifest")
		}
		out.Altered, _ = Altered(text) // a text that cannot be read has no sections to name
	}
	return out, err
}

// checkReceipt checks the signature of a receipt, and then the seal that it names.
func (s *Service) checkReceipt(ctx context.Context, r Signed) (Checked, error) {
	out := Checked{Receipt: true, Digest: r.Receipt.Manifest}
	if err := r.Verify(s.PublicKey()); err != nil {
		for _, one := range fault.All(err) {
			return Checked{}, one.At("manifest")
		}
		return Checked{}, err
	}
	var err error
	out.Standing, err = s.LookUp(ctx, r.Receipt.Manifest)
	return out, err
}

// Problem is a seal that is not what it was.
type Problem struct {
	Dossier Key
	What    string // manifest, section or signature
	Digest  string // of the seal
}

// CheckSeals looks at every seal of a round and returns those whose manifest is
// missing or does not have the digest that it was sealed with, whose sections
// differ from their digests, or whose receipt the service's key did not sign.
func (s *Service) CheckSeals(ctx context.Context, round int) ([]Problem, error) {
	all, err := s.Store.Dossiers(ctx, round)
	if err != nil {
		return nil, err
	}
	var out []Problem
	for i := range all {
		for _, seal := range all[i].Seals {
			what, err := s.checkSeal(ctx, &all[i], seal.Digest)
			if err != nil {
				return nil, err
			}
			if what != "" {
				out = append(out, Problem{Dossier: all[i].Key, What: what, Digest: seal.Digest})
			}
		}
	}
	return out, nil
}

// checkSeal says what is wrong with a seal of the dossier; empty for nothing.
func (s *Service) checkSeal(ctx context.Context, d *Dossier, digest string) (string, error) {
	seal, err := d.Sealed(digest)
	if err != nil {
		return "seal", nil //nolint:nilerr // a manifest without its seal is what is looked for
	}
	text, err := s.Store.Manifest(ctx, d.Key, digest)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return "manifest", nil
	case err != nil:
		return "", err
	case hexDigest(text) != digest:
		return "manifest", nil
	}
	if altered, err := Altered(text); err != nil || len(altered) > 0 {
		return "section", nil //nolint:nilerr // sections that cannot be read are sections that were changed
	}
	if signed, ok := d.Signed(seal); ok && signed.Verify(s.PublicKey()) != nil {
		return "signature", nil //nolint:nilerr // a signature that does not verify is what is looked for
	}
	return "", nil
}

// KeyID is the public key as it is shown, hexadecimal; empty without one.
func (s *Service) KeyID() string { return hex.EncodeToString(s.PublicKey()) }

// SealState says whether the nth filing of the dossier stands.
func (d *Dossier) SealState(n int) SealState {
	state, _ := d.ended(n)
	return state
}

func (d *Dossier) ended(n int) (SealState, time.Time) {
	switch {
	case n+1 < len(d.Seals):
		return SealReplaced, d.Seals[n+1].At
	case !d.Seals[n].Withdrawn.IsZero():
		return SealEnded, d.Seals[n].Withdrawn
	case d.State == Cancelled:
		return SealEnded, d.Cancellation.At
	}
	return SealStands, time.Time{}
}
