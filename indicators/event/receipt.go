package event

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// ReceiptSchema is the form of receipts.
const ReceiptSchema = "minyi-event-receipt/1"

// Receipt is what somebody takes away from an act of his own: the event whose leaf
// the log holds, and word for word what he filed. Who holds it can show later what he
// filed, and that nobody filed anything else for him (C28); no secret of another is
// in it.
type Receipt struct {
	Schema  string `json:"schema"`
	Origin  string `json:"origin"`
	Leaf    string `json:"leaf"`
	Event   Event  `json:"event"`
	Content string `json:"content,omitempty"` // its SHA-256 is the event's digest
}

// found is how many entries of an object are looked through.
const found = 500

// entry is the newest entry of an act with that digest.
func (s *Service) entry(ctx context.Context, half Half, action, object, digest string) (audit.Entry, error) {
	all, err := s.Trails[half].FindTrail(ctx, object, found)
	if err != nil {
		return audit.Entry{}, err
	}
	for _, e := range all {
		if e.Action == action && e.Object == object && e.Outcome == audit.Done && digestOf(e) == digest {
			return e, nil
		}
	}
	return audit.Entry{}, fault.New(fault.NotFound, "event.none")
}

// Receipt makes the receipt of an act of the programme half: content is what was
// filed, and must have the digest that the trail names.
func (s *Service) Receipt(ctx context.Context, action, object string, content []byte) (Receipt, error) {
	sum := sha256.Sum256(content)
	e, err := s.entry(ctx, Programme, action, object, hex.EncodeToString(sum[:]))
	if err != nil {
		return Receipt{}, err
	}
	r, err := s.receipt(ctx, Of(Programme, e, s.Secret))
	r.Content = string(content)
	return r, err
}

func (s *Service) receipt(ctx context.Context, e Event) (Receipt, error) {
	origin, err := s.Log.Origin(ctx)
	if err != nil {
		return Receipt{}, err
	}
	leaf, err := e.Leaf(origin)
	return Receipt{Schema: ReceiptSchema, Origin: origin, Leaf: leaf.String(), Event: e}, err
}

// JSON writes the receipt as a file.
func (r Receipt) JSON() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	return append(text, '\n'), nil
}

// ParseReceipt reads a receipt and checks all in it that needs no log: that the
// content has the event's digest, and the event the leaf. What is no receipt is
// refused with event.receipt, one whose parts do not fit with event.altered.
func ParseReceipt(text []byte) (Receipt, Leaf, error) {
	var r Receipt
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil || r.Schema != ReceiptSchema || r.Event.Schema != Schema {
		return r, Leaf{}, fault.New(fault.Invalid, "event.receipt").At("receipt")
	}
	leaf, err := r.Event.Leaf(r.Origin)
	if err != nil {
		return r, Leaf{}, err
	}
	sum := sha256.Sum256([]byte(r.Content))
	if leaf.String() != r.Leaf || r.Content != "" && hex.EncodeToString(sum[:]) != r.Event.Digest {
		return r, leaf, fault.New(fault.Invalid, "event.altered").At("receipt")
	}
	return r, leaf, nil
}

// Found is what the log says of an act.
type Found struct {
	Receipt Receipt // without event where only a leaf was asked for
	Leaf    Leaf
	Content bool // the receipt's content was checked
	Place   Place
	Waits   bool // it is known here, and comes into the log on one of the next days
}

// Find looks up a receipt of either kind, the digest of a dossier that was filed, or a
// leaf. What is none of these, or not known here, is refused:
// event.receipt, event.altered, event.unknown. Score sheets are found by their receipt
// only.
func (s *Service) Find(ctx context.Context, text []byte) (Found, error) {
	if plain := strings.ToLower(strings.TrimSpace(string(text))); isDigest(plain) {
		return s.byDigest(ctx, plain)
	}
	if digest, ok := sealed(text); ok {
		return s.byDigest(ctx, digest)
	}
	r, leaf, err := ParseReceipt(text)
	if err != nil {
		return Found{}, err
	}
	origin, err := s.Log.Origin(ctx)
	if err != nil {
		return Found{}, err
	}
	if r.Origin != origin {
		return Found{}, fault.New(fault.Invalid, "event.origin", "origin", r.Origin).At("receipt")
	}
	return s.place(ctx, Found{Receipt: r, Leaf: leaf, Content: r.Content != ""})
}

// sealed is the digest that the receipt of a filed dossier names.
func sealed(text []byte) (digest string, ok bool) {
	var r struct {
		Receipt struct {
			Manifest string `json:"manifest"`
		} `json:"receipt"`
	}
	err := json.Unmarshal(text, &r)
	return r.Receipt.Manifest, err == nil && isDigest(r.Receipt.Manifest)
}

// byDigest finds what everybody may ask for by its digest, or a leaf.
func (s *Service) byDigest(ctx context.Context, digest string) (Found, error) {
	e, err := s.public(ctx, digest)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Found{}, err
	}
	if err == nil {
		r, err := s.receipt(ctx, e)
		if err != nil {
			return Found{}, err
		}
		raw, err := hex.DecodeString(r.Leaf)
		if err != nil {
			return Found{}, fmt.Errorf("event: %w", err)
		}
		return s.place(ctx, Found{Receipt: r, Leaf: Leaf(raw)})
	}
	raw, err := hex.DecodeString(digest)
	if err != nil {
		return Found{}, fmt.Errorf("event: %w", err)
	}
	return s.place(ctx, Found{Leaf: Leaf(raw)})
}

// place completes what was found by the log.
func (s *Service) place(ctx context.Context, f Found) (Found, error) {
	var err error
	if f.Place, err = s.Log.Place(ctx, f.Leaf); err != nil || f.Place.Logged {
		return f, err
	}
	if f.Receipt.Event.Schema == "" {
		return f, fault.New(fault.NotFound, "event.unknown").At("receipt")
	}
	e := f.Receipt.Event
	trail, ok := s.Trails[e.Half]
	if !ok {
		return f, fault.New(fault.NotFound, "event.unknown").At("receipt")
	}
	there, err := trail.Trail(ctx, e.Entry-1, 1)
	if err != nil {
		return f, err
	}
	if len(there) == 0 || Of(e.Half, there[0], s.Secret) != e {
		return f, fault.New(fault.NotFound, "event.unknown").At("receipt")
	}
	f.Waits = true
	return f, nil
}

// public is the newest act with that digest which anybody may find by it: the filing
// of a dossier, whose digest only those have who hold it.
func (s *Service) public(ctx context.Context, digest string) (Event, error) {
	all, err := s.Trails[Programme].FindActs(ctx, "dossier.file", digest)
	if err != nil {
		return Event{}, err
	}
	for _, e := range all {
		if e.Outcome == audit.Done && digestOf(e) == digest {
			return Of(Programme, e, s.Secret), nil
		}
	}
	return Event{}, fault.New(fault.NotFound, "event.none")
}
