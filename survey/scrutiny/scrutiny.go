// Package scrutiny is how outsiders look behind the closed log of a round: two examiners
// (查验人), named by the office with their keys, who get the openings of every answer once
// and under secrecy, and sign what they checked; and the public lot, by a lottery number
// that is announced before it is drawn. It also checks openings against a pack.
//
// It stores nothing, shows nothing and reads no clock; who may do what is survey's.
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	signature of an examiner | OpenSSL 3: pkeyutl -sign -rawin | a key and a statement, kept in the test | exact | TestAnExaminersSignatureIsThatOfOpenSSL
//	order of naming, handing and signing | the rules, walked | two examiners | exact | TestExaminersAreNamedOnceAndGetTheOpeningsOnce
//	lottery | the rules, walked; the draw itself is judged in package ledger | a number entered too early, twice, announced afterwards | exact | TestTheLotIsAnnouncedBeforeItIsDrawn
//	openings against log and pack | one byte of a salt, row, state or leaf changed, one opening left out | 60 leaves | named | TestOpeningsThatDoNotFitAreNamed
package scrutiny

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// How many examiners there are, and how long what is typed may be, in characters.
const (
	Examiners  = 2
	longest    = 120
	MostDrawn  = 2_000
	UsualDrawn = 299 // finds one per cent of altered leaves with 95 per cent (ledger.LotSize)
)

// Examiner is a person who looks at all openings: no account, but a name, where it
// comes from, and the public key of his own that he signs with (hexadecimal).
type Examiner struct {
	Name string `json:"name"`
	Body string `json:"body"`
	Key  string `json:"key"`
}

// Handed says that an examiner got the openings of a survey: which file, by its
// SHA-256, from whom and when.
type Handed struct {
	Survey   string    `json:"survey"`
	Examiner int       `json:"examiner"`
	Digest   string    `json:"digest"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// Signed is an examiner's signature under a Statement.
type Signed struct {
	Survey    string    `json:"survey"`
	Examiner  int       `json:"examiner"`
	Statement string    `json:"statement"`
	Signature []byte    `json:"signature"`
	At        time.Time `json:"at"`
}

// Lot is the public lot: the lottery whose number draws, announced before the day of
// its drawing, how many leaves of each survey are opened, and the number.
type Lot struct {
	Lottery   string    `json:"lottery"`
	Day       string    `json:"day"` // of its drawing, as 2020-11-05
	Count     int       `json:"count"`
	Announced time.Time `json:"announced"`
	Number    string    `json:"number,omitempty"`
	Entered   time.Time `json:"entered,omitzero"`
}

// Round is the scrutiny of a round.
type Round struct {
	Year      int        `json:"year"`
	Version   int        `json:"version"`
	Examiners []Examiner `json:"examiners"`
	Handed    []Handed   `json:"handed"`
	Signed    []Signed   `json:"signed"`
	Lot       *Lot       `json:"lot,omitempty"`
}

// Statement is what an examiner signs: the origin and root of the closed log, and the
// digest of the pack's manifest.
func Statement(origin, root, pack string) string {
	return "minyi/examined/v1\n" + origin + "\n" + root + "\n" + pack + "\n"
}

// Name names the examiners. It refuses with examiner.number, examiner.name, examiner.key
// and examiner.same what is missing, and with examiner.handed names that would change
// after one of them got openings.
func (r *Round) Name(all []Examiner) error {
	if len(r.Handed) > 0 {
		return fault.New(fault.Conflict, "examiner.handed")
	}
	if len(all) != Examiners {
		return fault.New(fault.Invalid, "examiner.number")
	}
	out := slices.Clone(all)
	for i := range out {
		e := &out[i]
		e.Name, e.Body = strings.Join(strings.Fields(e.Name), " "), strings.Join(strings.Fields(e.Body), " ")
		if !short(e.Name) || !short(e.Body) {
			return fault.New(fault.Invalid, "examiner.name").At("name" + strconv.Itoa(i+1))
		}
		key, err := readKey(e.Key)
		if err != nil {
			return fault.New(fault.Invalid, "examiner.key").At("key" + strconv.Itoa(i+1))
		}
		e.Key = hex.EncodeToString(key)
	}
	if out[0].Name == out[1].Name || out[0].Key == out[1].Key {
		return fault.New(fault.Invalid, "examiner.same")
	}
	r.Examiners = out
	return nil
}

func short(text string) bool {
	n := utf8.RuneCountInString(text)
	return n > 0 && n <= longest && utf8.ValidString(text)
}

// readKey reads an Ed25519 public key: PEM as OpenSSL writes it, or the 32 bytes in
// hexadecimal or base64.
func readKey(text string) (ed25519.PublicKey, error) {
	text = strings.TrimSpace(text)
	wrong := fault.New(fault.Invalid, "examiner.key")
	if block, _ := pem.Decode([]byte(text)); block != nil {
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if public, ok := key.(ed25519.PublicKey); err == nil && ok {
			return public, nil
		}
		return nil, wrong
	}
	if key, ok := raw(text, ed25519.PublicKeySize); ok {
		return key, nil
	}
	return nil, wrong
}

// raw reads bytes in hexadecimal or base64.
func raw(text string, size int) ([]byte, bool) {
	text = strings.Join(strings.Fields(text), "")
	if out, err := hex.DecodeString(text); err == nil && len(out) == size {
		return out, true
	}
	out, err := base64.StdEncoding.DecodeString(text)
	return out, err == nil && len(out) == size
}

// Hand notes that an examiner (0 or 1) gets the openings of a survey. It refuses with
// examiner.none before they were named and with examiner.once the second time.
func (r *Round) Hand(h Handed) error {
	if h.Examiner < 0 || h.Examiner >= len(r.Examiners) {
		return fault.New(fault.NotFound, "examiner.none")
	}
	if r.Has(h.Survey, h.Examiner) {
		return fault.New(fault.Conflict, "examiner.once", "name", r.Examiners[h.Examiner].Name)
	}
	r.Handed = append(slices.Clone(r.Handed), h)
	return nil
}

// Has reports whether an examiner got the openings of a survey.
func (r *Round) Has(survey string, examiner int) bool {
	return slices.ContainsFunc(r.Handed, func(h Handed) bool { return h.Survey == survey && h.Examiner == examiner })
}

// Sign takes in an examiner's signature under the statement, in base64 or hexadecimal.
// It refuses with examiner.unseen one who got no openings of it, and with
// examiner.signature another's.
func (r *Round) Sign(survey string, examiner int, statement, signature string, now time.Time) error {
	if examiner < 0 || examiner >= len(r.Examiners) {
		return fault.New(fault.NotFound, "examiner.none")
	}
	if !r.Has(survey, examiner) {
		return fault.New(fault.Conflict, "examiner.unseen", "name", r.Examiners[examiner].Name)
	}
	s, ok := raw(signature, ed25519.SignatureSize)
	key, err := hex.DecodeString(r.Examiners[examiner].Key)
	if !ok || err != nil || !ed25519.Verify(key, []byte(statement), s) {
		return fault.New(fault.Invalid, "examiner.signature").At("signature")
	}
	r.Signed = slices.DeleteFunc(slices.Clone(r.Signed), func(o Signed) bool { return o.Survey == survey && o.Examiner == examiner })
	r.Signed = append(r.Signed, Signed{Survey: survey, Examiner: examiner, Statement: statement, Signature: s, At: now.UTC()})
	return nil
}

// Announce announces the lottery whose number will draw. It refuses with lot.name,
// lot.count and lot.day what is missing or not to come, and with lot.announced a second
// one: who could choose would choose.
func (r *Round) Announce(l Lot, now time.Time) error {
	if r.Lot != nil {
		return fault.New(fault.Conflict, "lot.announced")
	}
	l.Lottery = strings.Join(strings.Fields(l.Lottery), " ")
	switch day, err := begins(l.Day); {
	case !short(l.Lottery):
		return fault.New(fault.Invalid, "lot.name").At("lottery")
	case l.Count < 1 || l.Count > MostDrawn:
		return fault.New(fault.Invalid, "lot.count", "max", strconv.Itoa(MostDrawn)).At("count")
	case err != nil || !day.After(now):
		return fault.New(fault.Invalid, "lot.day").At("day")
	}
	l.Announced, l.Number, l.Entered = now.UTC(), "", time.Time{}
	r.Lot = &l
	return nil
}

// begins is the first moment of a day in China.
func begins(day string) (time.Time, error) {
	const east = 8 * 60 * 60
	return time.ParseInLocation(time.DateOnly, day, time.FixedZone("", east))
}

// Enter takes in the number that was drawn. It refuses with lot.none, lot.early before
// the day, lot.entered the second time, and lot.number.
func (r *Round) Enter(number string, now time.Time) error {
	if r.Lot == nil {
		return fault.New(fault.Conflict, "lot.none")
	}
	day, err := begins(r.Lot.Day)
	switch {
	case err != nil || now.Before(day):
		return fault.New(fault.Conflict, "lot.early", "day", r.Lot.Day)
	case r.Lot.Number != "":
		return fault.New(fault.Conflict, "lot.entered")
	}
	number = strings.Join(strings.Fields(number), " ")
	if number == "" || len(number) > longest || strings.Trim(number, "0123456789 +") != "" {
		return fault.New(fault.Invalid, "lot.number").At("number")
	}
	next := *r.Lot
	next.Number, next.Entered = number, now.UTC()
	r.Lot = &next
	return nil
}
