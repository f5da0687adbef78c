// Package event is what the programme puts into a public log so that it can neither
// be changed nor denied later: dossiers as they were filed, score sheets as they were
// handed in, who was assigned to what, what was opened and when, decisions and
// objections (C11, C34, C96). Each such act is an entry of the trail already; an
// event is the entry's place and hash with the digest of what was filed or decided,
// blinded, so that a leaf tells nothing to whoever does not hold the event itself.
//
// The log grows by the same number of leaves every day, whatever happened on it: what
// is left over is filled up, what is too much waits for the next day. So neither its
// size nor the time of a leaf depends on a result that is sealed (C29, C97). Every
// day the newest entry of each half's trail is among the leaves.
//
// The package knows no round, no tree and no signature: trails and log come through
// interfaces. It decides nothing about what an act is worth.
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	as many leaves every day | two rounds that differ in what was decided | the leaves of each day | exact | TestC97TheLogOfEventsGrowsAlikeEveryDay
//	a receipt leads to its leaf | the log's own checkpoint and the proof, checked by package ledger | a score sheet and a dossier | exact | TestC28AReceiptLeadsToItsLeafAndItsProof
//	an entry that was made anew | the heads in the log | each way to forge a trail | named | TestS49DoctorFindsATrailThatWasMadeAnew
package event

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/canonical"
)

// Schema is the form of events.
const Schema = "minyi-event/1"

// Half names one of the two trails.
type Half string

// The halves.
const (
	Programme Half = "programme"
	Survey    Half = "survey"
)

// Halves returns both.
func Halves() []Half { return []Half{Programme, Survey} }

// Kind is what an event is about.
type Kind string

// The kinds.
const (
	Dossier    Kind = "dossier"
	Sheet      Kind = "sheet"
	Assignment Kind = "assignment"
	Opening    Kind = "opening"
	Decision   Kind = "decision"
	Objection  Kind = "objection"
	Fieldwork  Kind = "fieldwork"
	Head       Kind = "head" // the newest entry of a trail
)

// headAction is the action of the daily leaf of a trail's newest entry.
const headAction = "trail.head"

// KindOf reports whether an act is an event, and of which kind.
func KindOf(action string) (Kind, bool) {
	switch action {
	case "dossier.file", "dossier.withdraw", "dossier.cancel", "formal.accepted", "formal.returned", "formal.rejected", "cancel.confirm":
		return Dossier, true
	case "sheet.submit", "sheet.reopen", "opinion.sign", "correction.propose", "correction.answer", "verification.close", "verification.reopen":
		return Sheet, true
	case "assignment.add", "plan.confirm", "interest.declare", "interest.recused", "member.save", "institution.add":
		return Assignment, true
	case "round.open", "round.adjust", "round.reschedule", "scheme.change", "evaluation.close", "finding.file", "finding.correct",
		"scorebook.close", "scorebook.read", "scorebook.publish", "scorebook.strike", "scorebook.restore":
		return Opening, true
	case "ranking.make", "front.choose", "candidates.confirm", "notice.confirm", "notice.post", "settlement.confirm", "naming.confirm", "naming.decide",
		"revocation.confirm", "standing.change", "register.issue", "recommendation.decide":
		return Decision, true
	case "objection.file", "objection.reply", "objection.answer":
		return Objection, true
	case "paper.publish", "survey.draw", "survey.open", "survey.close", "survey.weights.confirm", "survey.approve", "survey.correct", "survey.withdraw", "survey.file":
		return Fieldwork, true
	case headAction:
		return Head, true
	}
	return "", false
}

// Event is one act as the log holds it. Its leaf is made of these words and no
// others.
type Event struct {
	Schema string `json:"schema"`
	Half   Half   `json:"half"`   // whose trail
	Entry  int64  `json:"entry"`  // number of the entry there
	Hash   string `json:"hash"`   // of the entry, hexadecimal
	At     string `json:"at"`     // programme clock, RFC 3339, UTC, milliseconds
	Action string `json:"action"` // such as sheet.submit
	Object string `json:"object"`
	Digest string `json:"digest"` // SHA-256 of what was filed or decided, hexadecimal
	Blind  string `json:"blind"`  // 16 bytes that only the holder of the event has
}

const (
	moment      = "2006-01-02T15:04:05.000Z07:00"
	leafDomain  = "minyi/event/v1\n"
	blindDomain = "minyi/event-blind/v1\n"
	blindBytes  = 16
)

// Of is the event of an entry of a half's trail under an installation's secret.
func Of(half Half, e audit.Entry, secret []byte) Event {
	return Event{
		Schema: Schema, Half: half, Entry: e.Seq, Hash: e.Hash, At: e.At.UTC().Format(moment), Action: e.Action, Object: e.Object,
		Digest: digestOf(e), Blind: blind(secret, half, e),
	}
}

// headOf is the leaf of a day for the newest entry of a trail.
func headOf(half Half, e audit.Entry, secret []byte) Event {
	e.Action, e.Object, e.After = headAction, "trail/"+string(half), e.Hash
	return Of(half, e, secret)
}

func blind(secret []byte, half Half, e audit.Entry) string {
	mac := hmac.New(sha256.New, secret)
	_, _ = fmt.Fprintf(mac, "%s%s\n%d\n%s\n%s", blindDomain, half, e.Seq, e.Hash, e.Action)
	return hex.EncodeToString(mac.Sum(nil)[:blindBytes])
}

// digestOf is the digest of what an entry says was filed or decided: the one that it
// names, else the SHA-256 of its own words.
func digestOf(e audit.Entry) string {
	if isDigest(e.After) {
		return e.After
	}
	var named struct {
		Digest string `json:"digest"`
	}
	if json.Unmarshal([]byte(e.After), &named) == nil && isDigest(named.Digest) {
		return named.Digest
	}
	sum := sha256.Sum256([]byte(e.After))
	return hex.EncodeToString(sum[:])
}

func isDigest(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == sha256.Size && strings.ToLower(s) == s
}

// Leaf is the data of a leaf of the log.
type Leaf [sha256.Size]byte

// String writes a leaf in hexadecimal.
func (l Leaf) String() string { return hex.EncodeToString(l[:]) }

// Canonical is the event in the one form of RFC 8785.
func (e Event) Canonical() ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	return canonical.JSON(text)
}

// Leaf is SHA-256("minyi/event/v1" LF origin LF canonical event).
func (e Event) Leaf(origin string) (Leaf, error) {
	text, err := e.Canonical()
	if err != nil {
		return Leaf{}, err
	}
	return sha256.Sum256(append([]byte(leafDomain+origin+"\n"), text...)), nil
}

// Kind is what the event is about.
func (e Event) Kind() Kind {
	kind, _ := KindOf(e.Action)
	return kind
}

// Time is when the act was done; zero where the event names no time.
func (e Event) Time() time.Time {
	at, err := time.Parse(moment, e.At)
	if err != nil {
		return time.Time{}
	}
	return at
}
