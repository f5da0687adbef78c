package invite

import (
	"sort"

	"minyi/indicators/fault"
)

// Kind says how often a link works.
type Kind uint8

// The kinds of links.
const (
	OneTime Kind = 1 // works once: a link of the drawn sample
	Poster  Kind = 2 // works for many people; its answers never enter the estimate
)

// Batch is a run of serial numbers that were issued together. What the design
// knows about a link is known of its batch, so that nothing is kept per token.
type Batch struct {
	Number  uint32 // within the survey, from 1
	Kind    Kind
	First   uint32 // the first serial number
	Count   uint32 // how many serial numbers
	Stratum string // of the drawn sample; empty for posters
	PSU     string // of the drawn sample; empty for posters
	Place   string // where a poster hangs; empty for the sample

	From int32  `json:",omitempty"` // first day on which a poster's link works, in days since 1970-01-01; 0 for the survey's own
	To   int32  `json:",omitempty"` // last such day; 0 for the survey's own
	Cap  uint32 `json:",omitempty"` // most answers through a poster; 0 for no limit
}

// Early reports whether the link does not work yet on a day.
func (b Batch) Early(day int32) bool { return b.From != 0 && day < b.From }

// Over reports whether the link works no more on a day.
func (b Batch) Over(day int32) bool { return b.To != 0 && day > b.To }

// Last is the last serial number of the batch.
func (b Batch) Last() uint32 { return b.First + b.Count - 1 }

// Batches are the batches of one survey in the order of their serial numbers.
type Batches []Batch

// Find returns the batch of a serial number; false where none was issued.
func (bs Batches) Find(serial uint32) (Batch, bool) {
	i := sort.Search(len(bs), func(i int) bool { return bs[i].First > serial })
	if i == 0 || serial > bs[i-1].Last() {
		return Batch{}, false
	}
	return bs[i-1], true
}

// Number returns the batch with a number.
func (bs Batches) Number(number uint32) (Batch, bool) {
	if number == 0 || int(number) > len(bs) {
		return Batch{}, false
	}
	return bs[number-1], true
}

// Next is the first serial number that no batch holds.
func (bs Batches) Next() uint32 {
	if len(bs) == 0 {
		return 1
	}
	return bs[len(bs)-1].Last() + 1
}

// Issue appends a batch of b.Count links after the last one and numbers it. It
// refuses with invite.count a batch that is empty or passes MaxSerial, and with
// invite.poster a poster batch of more than one link.
func (bs Batches) Issue(b Batch) (Batches, error) {
	b.First = bs.Next()
	b.Number = uint32(len(bs)) + 1
	if b.Count == 0 || uint64(b.First)+uint64(b.Count)-1 > MaxSerial {
		return bs, fault.New(fault.Invalid, "invite.count")
	}
	if b.Kind == Poster && b.Count != 1 {
		return bs, fault.New(fault.Invalid, "invite.poster")
	}
	return append(bs[:len(bs):len(bs)], b), nil
}

// Issued counts the links of one kind.
func (bs Batches) Issued(kind Kind) int {
	n := 0
	for _, b := range bs {
		if b.Kind == kind {
			n += int(b.Count)
		}
	}
	return n
}
