package respond

import (
	"strconv"
	"testing"
	"time"

	"minyi/survey"
)

func noon() time.Time { return time.Date(2020, 9, 15, 4, 0, 0, 0, time.UTC) }

func TestAnHourSlides(t *testing.T) {
	t.Parallel()
	var h hourly
	for range 60 {
		h.add(noon())
	}
	for _, c := range []struct {
		after time.Duration
		want  int
	}{
		{30 * time.Minute, 61}, {90 * time.Minute, 1 + 61/2}, {119 * time.Minute, 2 + 1}, {5 * time.Hour, 1},
	} {
		if got := h.add(noon().Add(c.after)); got != c.want {
			t.Errorf("after %v: got %d, want %d", c.after, got, c.want)
		}
	}
}

// The key changes with the day in Asia/Shanghai, and nothing of the day before is
// left.
func TestNetworksAreForgottenAtMidnight(t *testing.T) {
	t.Parallel()
	m := newMeter(0)
	evening := time.Date(2020, 9, 15, 15, 59, 0, 0, time.UTC)
	for range 9 {
		m.network("s", survey.Poster, "203.0.113.7", evening)
	}
	before := m.key("s", survey.Poster, "203.0.113.7", evening)
	if got := m.network("s", survey.Poster, "203.0.113.7", evening.Add(time.Minute)); got != 1 {
		t.Errorf("after midnight: got %d, want 1", got)
	}
	if after := m.key("s", survey.Poster, "203.0.113.7", evening.Add(time.Minute)); after == before || len(m.networks) != 1 {
		t.Errorf("after midnight: key %x as before %x, %d networks", after, before, len(m.networks))
	}
}

func TestNetworksAreCountedApart(t *testing.T) {
	t.Parallel()
	m := newMeter(0)
	for range 5 {
		m.network("s", survey.Poster, "203.0.113.7", noon())
	}
	for _, c := range []struct {
		id      survey.ID
		channel survey.Channel
		network string
		want    int
	}{
		{"s", survey.Poster, "203.0.113.7", 6},
		{"s", survey.Sampled, "203.0.113.7", 1},
		{"t", survey.Poster, "203.0.113.7", 1},
		{"s", survey.Poster, "203.0.113.8", 1},
		{"s", survey.Poster, "", 0},
	} {
		if got := m.network(c.id, c.channel, c.network, noon()); got != c.want {
			t.Errorf("%v: got %d", c, got)
		}
	}
}

// However many networks an attacker has, memory is bounded, and those of hours
// that are over make room.
func TestNetworksAreBounded(t *testing.T) {
	t.Parallel()
	m := newMeter(0)
	for i := range mostNetworks {
		m.network("s", survey.Poster, strconv.Itoa(i), noon())
	}
	if got := m.network("s", survey.Poster, "one more", noon()); got != 0 || len(m.networks) != mostNetworks {
		t.Errorf("one more: got %d, %d networks", got, len(m.networks))
	}
	if got := m.network("s", survey.Poster, "0", noon()); got != 2 {
		t.Errorf("one that is counted: got %d, want 2", got)
	}
	if got := m.network("s", survey.Poster, "one more", noon().Add(2*time.Hour)); got != 1 || len(m.networks) != 1 {
		t.Errorf("two hours later: got %d, %d networks; want 1 and 1", got, len(m.networks))
	}
}

// A poster is compared with its own hours: one that many people scan all day is
// not attacked when twice as many do, and an attack does not teach it otherwise.
func TestAPosterLearnsItsHoursAndNotItsAttacks(t *testing.T) {
	t.Parallel()
	const most, usually = 300, 200
	var h habit
	at := noon()
	hour := func(sheets int) (attacked int) {
		for i := range sheets {
			if h.add(at.Add(time.Duration(i)*time.Hour/time.Duration(sheets)), most) {
				attacked++
			}
		}
		at = at.Add(time.Hour)
		return attacked
	}
	for range 3 * memory {
		if got := hour(usually); got != 0 {
			t.Fatalf("a usual hour: %d of %d sheets count as an attack", got, usually)
		}
	}
	if got := hour(4 * usually); got != 0 {
		t.Errorf("four times as many: %d count as an attack", got)
	}
	hour(usually)
	first := hour(20 * usually)
	if first == 0 {
		t.Fatal("twenty times as many are no attack")
	}
	for range 48 {
		if got := hour(20 * usually); got < first {
			t.Fatalf("after hours of it: %d count as an attack, %d did in the first", got, first)
		}
	}
	if at = at.Add(40 * 24 * time.Hour); hour(usually) != 0 || h.usual > milli {
		t.Errorf("after weeks: usual %d, want next to nothing", h.usual)
	}
}

func TestReadingTimeIsByCharacterAndWord(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 0, "您的年龄是？": 5 * millisACharacter, "How old are you?": 4 * millisAWord, "过去12个月，Wi-Fi": 4*millisACharacter + 3*millisAWord,
	} {
		if got := readingTime(text); got != want {
			t.Errorf("%q: got %d ms, want %d", text, got, want)
		}
	}
}
