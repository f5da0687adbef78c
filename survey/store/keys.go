package store

import (
	"slices"

	"minyi/survey"
)

// keys knows the answers that are stored, by the first 64 bits of the HMAC of
// their form's key, with the first 63 bits of that of their content and whether
// they found their cell full. It is a table of buckets that are searched from
// end to end: 16 bytes an answer and an eighth for growth, where a map takes up
// to 36.
type keys struct {
	n       int
	buckets [][]key
}

type key struct{ form, content uint64 }

const (
	firstBuckets = 16
	perBucket    = 32 // answers of a bucket, in the mean, before there are twice as many
)

// find returns the content stored under a key and whether its cell was full.
func (k *keys) find(form uint64) (content uint64, full, ok bool) {
	if k.n == 0 {
		return 0, false, false
	}
	for _, one := range k.buckets[k.at(form)] {
		if one.form == form {
			return one.content &^ 1, one.content&1 == 1, true
		}
	}
	return 0, false, false
}

func (k *keys) at(form uint64) uint64 { return form & uint64(len(k.buckets)-1) }

// add stores a key that find does not know.
func (k *keys) add(form, content uint64, full bool) {
	if k.n >= perBucket*len(k.buckets) {
		k.double()
	}
	content &^= 1
	if full {
		content |= 1
	}
	k.put(key{form, content})
	k.n++
}

func (k *keys) put(one key) {
	const step = 8 // so that a bucket wastes little
	b := k.buckets[k.at(one.form)]
	if len(b) == cap(b) {
		b = slices.Grow(b, step)
	}
	k.buckets[k.at(one.form)] = append(b, one)
}

// double spreads the buckets over twice as many.
func (k *keys) double() {
	old := k.buckets
	k.buckets = make([][]key, max(firstBuckets, 2*len(old)))
	for i, b := range old {
		for _, one := range b {
			k.put(one)
		}
		old[i] = nil
	}
}

func (k *keys) clear() { *k = keys{} }

// ring remembers the last drafts that were ended.
type ring struct {
	next int
	ids  [1024]survey.DraftID
}

func (r *ring) add(id survey.DraftID) {
	if id == (survey.DraftID{}) {
		return
	}
	r.ids[r.next] = id
	r.next = (r.next + 1) % len(r.ids)
}

// drop forgets a draft whose answer could not be stored.
func (r *ring) drop(id survey.DraftID) {
	for i := range r.ids {
		if r.ids[i] == id {
			r.ids[i] = survey.DraftID{}
		}
	}
}

func (r *ring) has(id survey.DraftID) bool {
	return id != (survey.DraftID{}) && slices.Contains(r.ids[:], id)
}
