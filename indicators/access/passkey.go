package access

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"minyi/indicators/fault"
)

// Passkey is a public key whose other half stays in somebody's device (W3C Web
// Authentication).
type Passkey struct {
	Name       string              `json:"name"` // the owner's word for it
	Added      time.Time           `json:"added"`
	Used       time.Time           `json:"used,omitzero"`
	Credential webauthn.Credential `json:"credential"`
}

// ID names the passkey to its owner.
func (p *Passkey) ID() string {
	sum := sha256.Sum256(p.Credential.ID)
	return fmt.Sprintf("%x", sum[:8])
}

const (
	maxPasskeys  = 10
	ceremonyTerm = 5 * time.Minute
	ceremonyAdd  = "add "
	ceremonyShow = "show "
)

// holder is an account as the library knows users.
type holder struct {
	account *Account
	factors *Factors
}

// WebAuthnID is what devices file the account under: a digest, as it is told to
// whoever has the device.
func (h holder) WebAuthnID() []byte {
	sum := sha256.Sum256([]byte("minyi/passkey/v1\n" + h.account.Key))
	return sum[:]
}

// WebAuthnName is the account's name.
func (h holder) WebAuthnName() string { return h.account.Name }

// WebAuthnDisplayName is the account's name too.
func (h holder) WebAuthnDisplayName() string { return h.account.Name }

// WebAuthnCredentials are its passkeys.
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, 0, len(h.factors.Passkeys))
	for i := range h.factors.Passkeys {
		out = append(out, h.factors.Passkeys[i].Credential)
	}
	return out
}

// Passes reports whether passkeys are offered: the service's address must be one that
// browsers make them for. host is the name that pages must be opened under.
func (s *Service) Passes() (host string, ok bool) {
	id, _ := party(s.policy.Site)
	return id, id != ""
}

func (s *Service) party() (*webauthn.WebAuthn, error) {
	id, origins := party(s.policy.Site)
	if id == "" {
		return nil, fault.New(fault.Unavailable, "factor.nopasskey")
	}
	term := webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyTerm, TimeoutUVD: ceremonyTerm}
	w, err := webauthn.New(&webauthn.Config{
		RPID: id, RPDisplayName: s.policy.Issuer, RPOrigins: origins, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementDiscouraged, UserVerification: protocol.VerificationPreferred,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: term, Registration: term},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	return w, nil
}

// BeginPasskey begins to add a passkey and returns what the browser's script hands to
// the device, as JSON.
func (s *Service) BeginPasskey(ctx context.Context, stay *Stay) ([]byte, error) {
	if !stay.Proved {
		return nil, fault.New(fault.Forbidden, "factor.prove")
	}
	w, err := s.party()
	if err != nil {
		return nil, err
	}
	f, err := s.store.Factors(ctx, stay.Key)
	if err != nil {
		return nil, err
	}
	if len(f.Passkeys) >= maxPasskeys {
		return nil, fault.New(fault.Conflict, "factor.many")
	}
	who := holder{stay.Account, f}
	options, session, err := w.BeginRegistration(who, webauthn.WithExclusions(webauthn.Credentials(who.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("begin a passkey: %w", err)
	}
	return s.begun(ctx, stay, ceremonyAdd, options, session)
}

// BeginProof begins the second factor of a halfway session by passkey; it returns
// what the browser's script hands to the device, as JSON.
func (s *Service) BeginProof(ctx context.Context, stay *Stay) ([]byte, error) {
	w, err := s.party()
	if err != nil {
		return nil, err
	}
	f, err := s.store.Factors(ctx, stay.Key)
	if err != nil {
		return nil, err
	}
	if len(f.Passkeys) == 0 {
		return nil, fault.New(fault.Conflict, "factor.none")
	}
	options, session, err := w.BeginLogin(holder{stay.Account, f})
	if err != nil {
		return nil, fmt.Errorf("begin a proof: %w", err)
	}
	return s.begun(ctx, stay, ceremonyShow, options, session)
}

// begun keeps the challenge in the session, in the place of one before.
func (s *Service) begun(ctx context.Context, stay *Stay, kind string, options, session any) ([]byte, error) {
	doc, err := json.Marshal(session)
	if err != nil {
		return nil, fmt.Errorf("keep a challenge: %w", err)
	}
	out, err := json.Marshal(options)
	if err != nil {
		return nil, fmt.Errorf("write a challenge: %w", err)
	}
	return out, s.store.SetCeremony(ctx, stay.Session.Hash, kind+string(doc))
}

// taken takes the session's challenge, which counts once.
func (s *Service) taken(ctx context.Context, stay *Stay, kind string) (webauthn.SessionData, error) {
	var session webauthn.SessionData
	kept, err := s.store.TakeCeremony(ctx, stay.Session.Hash)
	if err != nil {
		return session, err
	}
	doc, ok := strings.CutPrefix(kept, kind)
	if !ok {
		return session, fault.New(fault.Conflict, "factor.stale")
	}
	if err := json.Unmarshal([]byte(doc), &session); err != nil {
		return session, fmt.Errorf("read a challenge: %w", err)
	}
	return session, nil
}

// AddPasskey ends what BeginPasskey began, with the device's answer as JSON. It
// returns recovery codes when the account had none; they are shown only this once.
// The session gets a new secret (stay.Fresh).
func (s *Service) AddPasskey(ctx context.Context, stay *Stay, name string, answer []byte) (codes []string, err error) {
	w, err := s.party()
	if err != nil {
		return nil, err
	}
	session, err := s.taken(ctx, stay, ceremonyAdd)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, fault.New(fault.Invalid, "factor.device")
	}
	err = s.change(ctx, stay, "factor.passkey", func(f *Factors) error {
		credential, err := w.CreateCredential(holder{stay.Account, f}, session, parsed)
		if err != nil {
			return refusedBy(err)
		}
		if len(f.Passkeys) >= maxPasskeys {
			return fault.New(fault.Conflict, "factor.many")
		}
		f.Passkeys = append(f.Passkeys, Passkey{Name: label(name), Added: s.wall(), Credential: *credential})
		codes, err = fill(f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return codes, s.renew(ctx, stay, Full, "factor.renew")
}

// ProvePasskey ends what BeginProof began, with the device's answer as JSON: a right
// one brings the halfway session in under a new secret (stay.Fresh). A device whose
// counter goes back is refused: there are two of it.
func (s *Service) ProvePasskey(ctx context.Context, stay *Stay, answer []byte, network string) error {
	w, err := s.party()
	if err != nil {
		return err
	}
	session, err := s.taken(ctx, stay, ceremonyShow)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return fault.New(fault.Invalid, "factor.device")
	}
	return s.prove(ctx, stay, "passkey\x00"+network, "factor.show", func(f *Factors) error {
		credential, err := w.ValidateLogin(holder{stay.Account, f}, session, parsed)
		if err != nil {
			return refusedBy(err)
		}
		at := slices.IndexFunc(f.Passkeys, func(p Passkey) bool { return string(p.Credential.ID) == string(credential.ID) })
		if at < 0 || credential.Authenticator.CloneWarning {
			return fault.New(fault.Invalid, "factor.device")
		}
		f.Passkeys[at].Credential, f.Passkeys[at].Used = *credential, s.wall()
		return nil
	})
}

// refusedBy turns what the library found wrong with an answer into a refusal.
func refusedBy(err error) error {
	var wrong *protocol.Error
	if errors.As(err, &wrong) {
		return fault.New(fault.Invalid, "factor.device")
	}
	return fmt.Errorf("passkey: %w", err)
}

// DropPasskey takes one of the account's passkeys away, by its ID.
func (s *Service) DropPasskey(ctx context.Context, stay *Stay, id string) error {
	return s.drop(ctx, stay, "factor.drop_passkey", func(f *Factors) error {
		at := slices.IndexFunc(f.Passkeys, func(p Passkey) bool { return p.ID() == id })
		if at < 0 {
			return fault.New(fault.NotFound, "factor.missing")
		}
		f.Passkeys = slices.Delete(f.Passkeys, at, at+1)
		return nil
	})
}

// label is a passkey's name: up to 40 signs that can be seen.
func label(name string) string {
	const most = 40
	var out []rune
	for _, r := range strings.TrimSpace(name) {
		if !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r) && len(out) < most {
			out = append(out, r)
		}
	}
	return string(out)
}
