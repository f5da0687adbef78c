package inbox

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/keyring"
)

// Mailbox is where an account can be reached beside its inbox, and how it wants to
// be. Addresses stand in it only sealed, bound to the account.
type Mailbox struct {
	Account string    `json:"-"`
	Version int       `json:"-"`
	Email   string    `json:"email,omitempty"`   // sealed; empty: none
	Pending string    `json:"pending,omitempty"` // sealed address that waits for its code
	Code    string    `json:"code,omitempty"`    // SHA-256 of the code that confirms it, hex
	Until   time.Time `json:"until,omitzero"`    // until when the code counts
	Asked   time.Time `json:"asked,omitzero"`    // when the code was made
	Phone   string    `json:"phone,omitempty"`   // sealed; empty: none
	Lang    string    `json:"lang,omitempty"`    // of messages that leave the service; empty: Chinese
	Off     []Kind    `json:"off,omitempty"`     // kinds that send no e-mail
}

// spoken is the language of messages that leave the service.
func (b *Mailbox) spoken() string {
	if b.Lang == "" {
		return "zh-CN"
	}
	return b.Lang
}

// MailboxStore keeps where accounts can be reached.
type MailboxStore interface {
	// Mailbox returns the account's, an empty one where it has none.
	Mailbox(ctx context.Context, account string) (*Mailbox, error)
	// UpdateMailbox loads, changes and saves it.
	UpdateMailbox(ctx context.Context, account string, entry audit.Entry, change func(*Mailbox) error) error
}

// Reach is a mailbox with its addresses opened, for its owner only.
type Reach struct {
	Email, Pending, Phone, Lang string
	Off                         []Kind
	Mail, Gateway               bool // whether the operator configured the channel
}

const (
	codeBytes   = 16 // 128 bits
	codeTerm    = 48 * time.Hour
	codeEvery   = time.Minute // between two codes for one account
	maxAddress  = 254         // RFC 5321, 4.5.3.1.3, less the brackets
	confirmPath = "/inbox/confirm/"
)

// Reach returns where the actor can be reached.
func (s *Service) Reach(ctx context.Context, by access.Actor) (Reach, error) {
	key := access.Fold(by.Name)
	box, err := s.Store.Mailbox(ctx, key)
	if err != nil {
		return Reach{}, err
	}
	out := Reach{Lang: box.spoken(), Off: box.Off, Mail: s.Mail != nil, Gateway: s.Gateway != nil}
	for _, f := range []struct {
		to     *string
		sealed string
	}{{&out.Email, box.Email}, {&out.Pending, box.Pending}, {&out.Phone, box.Phone}} {
		if *f.to, err = s.open(key, f.sealed); err != nil {
			return Reach{}, err
		}
	}
	return out, nil
}

// Wish is what an account may choose itself.
type Wish struct {
	Lang  string // zh-CN or en
	Off   []Kind
	Phone string // empty: none
}

// Choose keeps the language, the kinds without e-mail and the telephone number of the
// actor; the number is refused unless it has the form of one (inbox.phone).
func (s *Service) Choose(ctx context.Context, by access.Actor, w Wish) error {
	key := access.Fold(by.Name)
	phone, err := parsePhone(w.Phone)
	if err != nil {
		return err
	}
	if phone, err = s.seal(key, phone); err != nil {
		return err
	}
	if w.Lang != "en" {
		w.Lang = "" // Chinese is what nobody chose
	}
	off := slices.DeleteFunc(slices.Clone(w.Off), func(k Kind) bool { return !slices.Contains(Kinds(), k) })
	return s.Store.UpdateMailbox(ctx, key, s.entry(by, "inbox.choose", "account/"+key), func(b *Mailbox) error {
		b.Lang, b.Off, b.Phone = w.Lang, off, phone
		return nil
	})
}

// parsePhone reads a number in international or national form: 5 to 15 digits
// (E.164), without what people put between them.
func parsePhone(s string) (string, error) {
	s = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(strings.TrimSpace(s))
	if s != "" && !regexp.MustCompile(`^\+?[0-9]{5,15}$`).MatchString(s) {
		return "", fault.New(fault.Invalid, "inbox.phone").At("phone")
	}
	return s, nil
}

// parseAddress reads an e-mail address without a name; others are refused with
// inbox.address.
func parseAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > maxAddress || strings.ContainsAny(s, "\r\n\"") {
		return "", fault.New(fault.Invalid, "inbox.address").At("email")
	}
	return s, nil
}

// Address keeps a new e-mail address of the actor, which counts once the code that is
// sent to it comes back; an empty one takes e-mail back at once. It is refused without
// a mail server (inbox.no_mail), within a minute of the code before (inbox.code_soon),
// and where the server does not take the message (inbox.code_unsent).
func (s *Service) Address(ctx context.Context, by access.Actor, address string) error {
	key := access.Fold(by.Name)
	if strings.TrimSpace(address) == "" {
		return s.Store.UpdateMailbox(ctx, key, s.entry(by, "inbox.address_removed", "account/"+key), func(b *Mailbox) error {
			b.Email, b.Pending, b.Code = "", "", ""
			return nil
		})
	}
	address, err := parseAddress(address)
	if err != nil {
		return err
	}
	if s.Mail == nil {
		return fault.New(fault.Conflict, "inbox.no_mail").At("email")
	}
	code, lang, err := s.askCode(ctx, by, key, address)
	if err != nil {
		return err
	}
	letter := Letter{
		To: address, ID: "code-" + hashOf(code)[:32],
		Subject: s.Say(lang, "inbox.mail.code.subject", nil),
		Body:    s.Say(lang, "inbox.mail.code.body", map[string]string{"link": s.Base + confirmPath + code}),
	}
	if err := s.Mail.Send(ctx, letter); err != nil {
		return errors.Join(fault.New(fault.Unavailable, "inbox.code_unsent").At("email"), err)
	}
	return nil
}

// askCode makes the code for a new address and keeps its hash.
func (s *Service) askCode(ctx context.Context, by access.Actor, key, address string) (code, lang string, err error) {
	raw := make([]byte, codeBytes)
	if _, err := rand.Read(raw); err != nil {
		return "", "", fmt.Errorf("inbox code: %w", err)
	}
	code = base64.RawURLEncoding.EncodeToString(raw)
	sealed, err := s.seal(key, address)
	if err != nil {
		return "", "", err
	}
	now := s.Wall()
	err = s.Store.UpdateMailbox(ctx, key, s.entry(by, "inbox.address_asked", "account/"+key), func(b *Mailbox) error {
		if now.Sub(b.Asked) < codeEvery && !now.Before(b.Asked) {
			return fault.New(fault.TooMany, "inbox.code_soon").At("email")
		}
		b.Pending, b.Code, b.Until, b.Asked = sealed, hashOf(code), now.Add(codeTerm), now
		lang = b.spoken()
		return nil
	})
	return code, lang, err
}

// Confirm makes the address count to which the code was sent; a code that is wrong,
// used or older than two days is refused with inbox.code.
func (s *Service) Confirm(ctx context.Context, by access.Actor, code string) error {
	key := access.Fold(by.Name)
	now := s.Wall()
	return s.Store.UpdateMailbox(ctx, key, s.entry(by, "inbox.address_confirmed", "account/"+key), func(b *Mailbox) error {
		if b.Code == "" || b.Code != hashOf(code) || now.After(b.Until) {
			return fault.New(fault.Invalid, "inbox.code")
		}
		b.Email, b.Pending, b.Code, b.Until = b.Pending, "", "", time.Time{}
		return nil
	})
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func (s *Service) sealer() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.Key)
	if err != nil {
		return nil, fmt.Errorf("inbox key: %w", err)
	}
	return cipher.NewGCM(block)
}

// seal hides an address of an account; nothing stays nothing.
func (s *Service) seal(account, plain string) (string, error) {
	if plain == "" {
		return "", nil
	}
	if s.Seals != nil {
		return s.Seals.Seal([]byte(plain), "mailbox/"+account)
	}
	aead, err := s.sealer()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("inbox nonce: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(plain), []byte("mailbox/"+account))), nil
}

// open shows a sealed address again.
func (s *Service) open(account, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	if s.Seals != nil && keyring.IsToken(sealed) {
		plain, err := s.Seals.Open(sealed, "mailbox/"+account)
		return string(plain), err
	}
	aead, err := s.sealer()
	if err != nil {
		return "", err
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < aead.NonceSize() {
		return "", fmt.Errorf("address of %s: not as it was sealed", account)
	}
	plain, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte("mailbox/"+account))
	if err != nil {
		return "", fmt.Errorf("address of %s: %w", account, err)
	}
	return string(plain), nil
}
