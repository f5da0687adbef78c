package access

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"minyi/indicators/fault"
)

// Codes of authenticator apps: RFC 6238 with what every app knows, SHA-1, six digits
// and steps of 30 seconds, and a seed of 160 bits as RFC 4226, 4 (R6) asks for. The
// codes of the step before and the next count too, for clocks that differ.
const (
	codeStep  = 30 // seconds
	codeSkew  = 1  // steps
	seedBytes = 20
)

// NewSeed begins to set up an authenticator app; Seed shows what the app needs, and
// ConfirmSeed ends it.
func (s *Service) NewSeed(ctx context.Context, stay *Stay) error {
	if s.policy.Box == nil {
		return fault.New(fault.Unavailable, "factor.noapp")
	}
	raw := make([]byte, seedBytes)
	if _, err := rand.Read(raw); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	sealed, err := s.policy.Box.Seal([]byte(base32.StdEncoding.EncodeToString(raw)), stay.Key)
	if err != nil {
		return fmt.Errorf("seal a seed: %w", err)
	}
	return s.change(ctx, stay, "factor.begin", func(f *Factors) error {
		f.Pending = sealed
		return nil
	})
}

// Seed returns the seed that waits for its first code, in base 32 and as the address
// that a QR code carries to the app; both are empty when none waits. It is shown to
// nobody who has not shown lately who it is.
func (s *Service) Seed(ctx context.Context, stay *Stay) (seed, address string, err error) {
	f, err := s.store.Factors(ctx, stay.Key)
	if err != nil || f.Pending == "" || !stay.Proved || s.policy.Box == nil {
		return "", "", err
	}
	raw, err := s.policy.Box.Open(f.Pending, stay.Key)
	if err != nil {
		return "", "", fmt.Errorf("open a seed: %w", err)
	}
	seed = string(raw)
	query := url.Values{"secret": {seed}, "issuer": {s.policy.Issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	label := url.PathEscape(s.policy.Issuer) + ":" + url.PathEscape(stay.Name)
	return seed, "otpauth://totp/" + label + "?" + strings.ReplaceAll(query.Encode(), "+", "%20"), nil
}

// ConfirmSeed ends the setting up of an authenticator app by its first code. It
// returns recovery codes when the account had none; they are shown only this once.
// The session gets a new secret (stay.Fresh).
func (s *Service) ConfirmSeed(ctx context.Context, stay *Stay, code, network string) (codes []string, err error) {
	pair, all := stay.Key+"\x00code\x00"+network, stay.Key+"\x00factor"
	if err := s.gate.begin(pair, all, s.wall()); err != nil {
		return nil, err
	}
	err = s.change(ctx, stay, "factor.app", func(f *Factors) error {
		if f.Pending == "" {
			return fault.New(fault.Conflict, "factor.nopending")
		}
		step, ok := s.stepOf(f.Account, f.Pending, code)
		if !ok {
			return fault.New(fault.Invalid, "factor.code").At("code")
		}
		f.Seed, f.Pending, f.Step, f.Since = f.Pending, "", step, s.wall()
		codes, err = fill(f)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.gate.passed(pair, all)
	return codes, s.renew(ctx, stay, Full, "factor.renew")
}

// DropApp takes the authenticator app away.
func (s *Service) DropApp(ctx context.Context, stay *Stay) error {
	return s.drop(ctx, stay, "factor.drop_app", func(f *Factors) error {
		f.Seed, f.Pending, f.Step = "", "", 0
		return nil
	})
}

// spendCode takes a code of the app that is later than the last one taken.
func (s *Service) spendCode(f *Factors, code string) bool {
	if f.Seed == "" {
		return false
	}
	step, ok := s.stepOf(f.Account, f.Seed, code)
	if !ok || step <= f.Step {
		return false
	}
	f.Step = step
	return true
}

// stepOf returns the time step that a code is of, if it is of one near now.
func (s *Service) stepOf(account, sealed, code string) (int64, bool) {
	if s.policy.Box == nil {
		return 0, false
	}
	seed, err := s.policy.Box.Open(sealed, account)
	if err != nil {
		return 0, false
	}
	code = strings.ReplaceAll(Fold(code), " ", "")
	found, now := int64(0), s.wall().Unix()/codeStep
	for step := max(0, now-codeSkew); step <= now+codeSkew; step++ {
		ok, err := hotp.ValidateCustom(code, uint64(step), string(seed), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && ok {
			found = step
		}
	}
	return found, found > 0
}
