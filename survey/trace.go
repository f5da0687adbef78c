package survey

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"minyi/indicators/keyring"
)

// Trace is what the review of quality needs to know of how a sheet came to be,
// and no more. It is sealed under the wave key of its survey, lies in a table of
// its own, and dies with that key when the review term ends.
type Trace struct {
	Started time.Time // of the form; kept to the hour
	Seconds []uint8   // at each question, in the order of the paper, as Coarse has it; empty where nothing was measured
	Total   uint16    // seconds from the first page to the sending, 65,535 for longer
	Mode    Mode
	Device  Digest // of the device, by Service.Hash; zero where unknown
	Network Digest // of the network, by Service.Hash; zero where unknown
	Signs   Sign
}

// Digest is a keyed hash of something that must not be kept.
type Digest [16]byte

// Mode says who filled in the sheet.
type Mode uint8

// The modes. The numbers are stored and never change.
const (
	Self     Mode = 0 // on a device of the resident's own
	Kiosk    Mode = 1 // at a registered device in a hall
	Assisted Mode = 2 // with an interviewer
	OnPaper  Mode = 3 // on a paper form, that two people keyed
)

// Sign is a set of what the door's defence saw. A sign scores; it refuses
// nothing.
type Sign uint16

// The signs. The numbers are stored and never change.
const (
	SignHoneypot Sign = 1 << 0 // a field that no person sees was filled in
	SignFast     Sign = 1 << 1 // faster than the paper can be read
	SignReplayed Sign = 1 << 2 // the signed page timing was used before
	SignTiming   Sign = 1 << 3 // the signed page timing was missing or wrong
	SignRate     Sign = 1 << 4 // many sheets from one network in a short time
	SignWorked   Sign = 1 << 5 // a poster under attack asked for work or a wait, and got it
)

// Coarse writes a time at a question in whole seconds, 255 for longer.
func Coarse(d time.Duration) uint8 {
	return uint8(min(max(d.Round(time.Second)/time.Second, 0), math.MaxUint8))
}

// Kind says what a value is, so that equal values of two kinds have different
// digests.
type Kind string

// The kinds of values that Service.Hash takes.
const (
	Device  Kind = "device"
	Network Kind = "network"
)

const waveBytes = 32

// Vault keeps the wave keys, one a survey, apart from the database: whoever
// copies one must not have the other.
type Vault interface {
	// Make returns the key of that name, 32 random bytes, and makes it durably
	// where there is none.
	Make(name string) ([]byte, error)
	// Key returns the key of that name, nil where there is none.
	Key(name string) ([]byte, error)
	// Destroy overwrites and removes the key; none is no error.
	Destroy(name string) error
}

// wave is a wave key at work.
type wave struct {
	hash *keyed
	seal *keyring.One
}

func (s *Service) newWave(key []byte) (*wave, error) {
	if len(key) != waveBytes {
		return nil, fmt.Errorf("survey: a wave key of %d bytes", len(key))
	}
	seal, err := s.sealer(subkey(key, "wave-seal"))
	return &wave{hash: newKeyed(subkey(key, "wave-hash")), seal: seal}, err
}

// sealer seals under a key of 32 bytes, by the algorithm of the installation.
func (c Config) sealer(key []byte) (*keyring.One, error) { return keyring.NewOne(c.Cipher, key) }

// wake gives a survey its wave key: made when answers may come, read afterwards,
// and none where the traces have been forgotten.
func (s *Service) wake(sv *Survey) (*wave, error) {
	if s.Vault == nil || !sv.Forgotten.IsZero() || sv.State == Planned || sv.Audience != OfResidents {
		return nil, nil //nolint:nilnil // a survey without a wave key keeps no traces
	}
	get := s.Vault.Key
	if sv.State == Open {
		get = s.Vault.Make
	}
	key, err := get(string(sv.ID))
	if err != nil || key == nil {
		return nil, err
	}
	return s.newWave(key)
}

// Hash returns the digest of a device or a network under the wave key of a
// survey: equal within the survey, and of no use after its review term. It is
// zero for an empty value and where the survey keeps no traces.
func (s *Service) Hash(id ID, kind Kind, value string) (out Digest) {
	l, err := s.get(id)
	if err != nil || l.wave == nil || value == "" {
		return out
	}
	sum := l.wave.hash.sum(func(text []byte) []byte {
		return append(append(append(text, kind...), 0), value...)
	})
	copy(out[:], sum[:])
	return out
}

const (
	traceFormat = 1
	traceHead   = 1 + 1 + 2 + 4 + 2 + len(Digest{})*2 // format, mode, signs, hour, total, device, network
)

// pack seals a trace for a paper of n questions. Every trace of a survey has the
// same length; without a wave key there is none.
func (w *wave) pack(t *Trace, number uint16, n int) []byte {
	if w == nil || t == nil {
		return nil
	}
	plain := make([]byte, traceHead+n)
	plain[0], plain[1] = traceFormat, byte(t.Mode)
	binary.BigEndian.PutUint16(plain[2:], uint16(t.Signs))
	binary.BigEndian.PutUint32(plain[4:], hour(t.Started))
	binary.BigEndian.PutUint16(plain[8:], t.Total)
	copy(plain[10:], t.Device[:])
	copy(plain[26:], t.Network[:])
	if len(t.Seconds) == n {
		copy(plain[traceHead:], t.Seconds)
	}
	return seal(w.seal, plain, numbered(number))
}

// errTrace is a stored trace that cannot be read.
var errTrace = errors.New("survey: a damaged trace")

// unpack reads what pack wrote.
func (w *wave) unpack(sealed []byte, number uint16) (*Trace, error) {
	plain, err := unseal(w.seal, sealed, numbered(number))
	if err != nil || len(plain) < traceHead || plain[0] != traceFormat {
		return nil, errors.Join(errTrace, err)
	}
	t := &Trace{
		Mode: Mode(plain[1]), Signs: Sign(binary.BigEndian.Uint16(plain[2:])),
		Started: time.Unix(int64(binary.BigEndian.Uint32(plain[4:]))*secondsAnHour, 0).UTC(),
		Total:   binary.BigEndian.Uint16(plain[8:]), Seconds: plain[traceHead:],
	}
	copy(t.Device[:], plain[10:])
	copy(t.Network[:], plain[26:])
	return t, nil
}

const secondsAnHour = 60 * 60

// hour counts the hours since 1970-01-01 UTC, which begin with those of
// Asia/Shanghai; 0 for a time before.
func hour(t time.Time) uint32 {
	return uint32(min(max(t.Unix()/secondsAnHour, 0), math.MaxUint32))
}

func numbered(number uint16) []byte { return []byte{byte(number >> 8), byte(number)} }

func seal(with *keyring.One, plain, bound []byte) []byte { return with.Seal(plain, bound) }

func unseal(with *keyring.One, sealed, bound []byte) ([]byte, error) { return with.Open(sealed, bound) }
