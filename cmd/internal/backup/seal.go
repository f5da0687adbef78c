package backup

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"

	"minyi/indicators/fault"
)

// Lock is what an archive is encrypted to: a passphrase, or public keys of age
// (age1…), for which the machine that makes backups need not hold a secret.
type Lock struct {
	Passphrase string
	Recipients []string
}

// Key opens an archive: the passphrase, or the lines of a file of age's secret
// keys (AGE-SECRET-KEY-1…).
type Key struct {
	Passphrase string
	Identities string
}

func (l Lock) recipients() ([]age.Recipient, error) {
	if (l.Passphrase == "") == (len(l.Recipients) == 0) {
		return nil, fault.New(fault.Invalid, "backup.lock")
	}
	if l.Passphrase != "" {
		r, err := age.NewScryptRecipient(l.Passphrase)
		if err != nil {
			return nil, fmt.Errorf("passphrase: %w", err)
		}
		return []age.Recipient{r}, nil
	}
	out := make([]age.Recipient, len(l.Recipients))
	for i, text := range l.Recipients {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", fault.New(fault.Invalid, "backup.recipient", "key", text), err)
		}
		out[i] = r
	}
	return out, nil
}

// Check refuses a lock that nothing can be encrypted to.
func (l Lock) Check() error {
	_, err := l.recipients()
	return err
}

func (l Lock) seal(w io.Writer) (io.WriteCloser, error) {
	to, err := l.recipients()
	if err != nil {
		return nil, err
	}
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return sealed, nil
}

func (k Key) open(r io.Reader) (io.Reader, error) {
	var with []age.Identity
	var err error
	if k.Passphrase != "" {
		var one *age.ScryptIdentity
		one, err = age.NewScryptIdentity(k.Passphrase)
		with = []age.Identity{one}
	} else {
		with, err = age.ParseIdentities(strings.NewReader(k.Identities))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fault.New(fault.Invalid, "backup.locked"), err)
	}
	opened, err := age.Decrypt(r, with...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return nil, fault.New(fault.Invalid, "backup.locked")
	}
	if err != nil {
		return nil, broken(err)
	}
	return opened, nil
}
