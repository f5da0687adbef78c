package respond

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strings"
	"sync"
	"time"

	"minyi/survey"
)

// DefaultPosterHour is how many sheets an hour one network sends through the
// posters of a survey, or one poster takes from everybody, before sending through
// posters asks for work.
//
// A family sends a few. An office of 200 people who all scan in their lunch hour
// sends 200. Behind one address of a mobile carrier stand as many subscribers as it
// has blocks of ports: 64 with 1,000 ports each, 128 with 500. All of them would
// have to answer within the hour more than twice. And where a crowd does pass the
// line, a phone works for half a second, unseen.
const DefaultPosterHour = 300

const (
	// scored is the part of that hour from which sheets carry survey.SignRate, through
	// one-time links as well: 60 an hour, one a minute.
	scored = 5
	// unusual is how many times its own usual hour a poster must take, besides the
	// number above, before it counts as attacked: a poster that many people scan is
	// not.
	unusual = 8
)

// meter counts sheets an hour, in memory only: by network, under a hash whose key
// is drawn anew each day (of Asia/Shanghai) and kept nowhere, and by poster. What
// it holds dies with its day and with the process: after a restart, and after
// midnight, all counts of networks begin at nothing. Its counts score; the only
// thing they ever ask for is work, and of posters only.
type meter struct {
	most int

	mu       sync.Mutex
	day      int32 // since 1970-01-01, in Asia/Shanghai
	mac      hash.Hash
	text     []byte // what the hash takes in, and what it gives out
	networks map[uint64]*hourly
	swept    int64             // the hour of the last sweep
	posters  map[string]*habit // by token, which many people know
	told     map[survey.ID]int64
}

func newMeter(most int) *meter {
	if most <= 0 {
		most = DefaultPosterHour
	}
	return &meter{most: most, posters: map[string]*habit{}, told: map[survey.ID]int64{}}
}

// hourly counts what came in this hour and in the one before.
type hourly struct {
	hour        int64 // since 1970-01-01 UTC
	now, before int
}

const hourSeconds = 60 * 60

// add counts one more and returns how many came within the last 60 minutes: those
// of this hour, and of the one before as large a part as lies within them.
func (h *hourly) add(at time.Time) int {
	hour := at.Unix() / hourSeconds
	switch hour {
	case h.hour:
	case h.hour + 1:
		h.hour, h.before, h.now = hour, h.now, 0
	default:
		h.hour, h.before, h.now = hour, 0, 0
	}
	h.now++
	left := int(hourSeconds - at.Unix()%hourSeconds)
	return h.now + h.before*left/hourSeconds
}

// habit is what one poster usually takes.
type habit struct {
	hourly
	usual int // thousandths of a sheet an hour, the mean of about a day
	over  bool
}

const (
	milli  = 1000
	memory = 24 // hours of the mean
)

// add counts one more and reports whether the poster takes so much more than it
// usually does that it counts as attacked. An hour of an attack teaches nothing.
func (h *habit) add(at time.Time, most int) bool {
	const longest = 10 * memory // after that nothing of the old mean is left
	for gone, n := at.Unix()/hourSeconds-h.hour, int64(0); n < min(gone, longest) && h.hour > 0; n++ {
		took := 0
		if n == 0 {
			took = h.now
		}
		if n > 0 || !h.over {
			h.usual += (took*milli - h.usual) / memory
		}
	}
	if at.Unix()/hourSeconds != h.hour {
		h.over = false
	}
	count := h.hourly.add(at)
	busy := count > most && count*milli > unusual*h.usual
	h.over = h.over || busy
	return busy
}

// Rows of a day are bounded: 131,072 networks take about 8 MiB. Those of hours
// that are over make room; who finds none is not counted.
const mostNetworks = 1 << 17

// network counts a sheet from a network, apart by survey and kind of link, and
// returns how many that makes within the hour.
func (m *meter) network(id survey.ID, channel survey.Channel, network string, at time.Time) int {
	if network == "" {
		return 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key := m.key(id, channel, network, at)
	one := m.networks[key]
	if one == nil {
		if len(m.networks) >= mostNetworks && !m.sweep(at) {
			return 0
		}
		one = &hourly{}
		m.networks[key] = one
	}
	return one.add(at)
}

// key hashes what is counted under the key of the day, and begins a new day with
// a new key.
func (m *meter) key(id survey.ID, channel survey.Channel, network string, at time.Time) uint64 {
	if today := dayNumber(at); m.mac == nil || m.day != today {
		fresh := make([]byte, sha256.Size)
		_, _ = rand.Read(fresh) // never fails since Go 1.24
		m.day, m.mac, m.networks = today, hmac.New(sha256.New, fresh), map[uint64]*hourly{}
	}
	m.text = append(append(m.text[:0], id...), 0)
	m.text = append(append(m.text, channel...), 0)
	m.text = append(m.text, network...)
	m.mac.Reset()
	m.mac.Write(m.text)
	m.text = m.mac.Sum(m.text[:0])
	return binary.BigEndian.Uint64(m.text)
}

// sweep forgets networks whose hours are over, once an hour; false where that
// makes no room.
func (m *meter) sweep(at time.Time) bool {
	hour := at.Unix() / hourSeconds
	if hour == m.swept {
		return false
	}
	m.swept = hour
	for key, one := range m.networks {
		if one.hour+1 < hour {
			delete(m.networks, key)
		}
	}
	return len(m.networks) < mostNetworks
}

// poster counts a sheet through a poster and reports whether the poster counts as
// attacked.
func (m *meter) poster(token string, at time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	one := m.posters[token]
	if one == nil {
		one = &habit{}                        // of posters there are as many as were hung
		m.posters[strings.Clone(token)] = one // it may lie in the memory of the request
	}
	return one.add(at, m.most)
}

// tell reports whether the hour has not been told yet that the posters of a survey
// ask for work, and remembers that it is now.
func (m *meter) tell(id survey.ID, at time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	hour := at.Unix() / hourSeconds
	if m.told[id] == hour {
		return false
	}
	m.told[id] = hour
	return true
}
