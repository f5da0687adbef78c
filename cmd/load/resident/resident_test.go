package resident_test

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/resident"
)

// door is a paged questionnaire of three steps that keeps what it is sent and
// fails as it is told.
type door struct {
	mu    sync.Mutex
	sent  map[string]int // bodies of the last step
	asked int
	fail  func(n int) int // status for the nth request; 0: as it should be
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form := string(body)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked++
	if status := d.fail(d.asked); status == 1 {
		panic(http.ErrAbortHandler) // the connection is cut
	} else if status != 0 {
		w.WriteHeader(status)
		return
	}
	button := "next"
	switch {
	case r.Method == http.MethodPost && form == "_do=send&_form=k":
		d.sent[form]++
		fmt.Fprint(w, `<p id="receipt">R1</p>`)
		return
	case r.Method == http.MethodPost:
		button = "send"
	}
	fmt.Fprintf(w, `<form method="post" action="/q/T"><input type="hidden" name="_form" value="k"><button name="_do" value="%s"></button></form>`, button)
}

func answer(t *testing.T, fail func(int) int, taps int) (*resident.Story, *door, error) {
	t.Helper()
	d := &door{sent: map[string]int{}, fail: fail}
	s := httptest.NewServer(d)
	defer s.Close()
	r := &resident.Resident{
		Road: func() *drive.Conn { return drive.NewConn(s.Listener.Addr().String(), nil, time.Second) },
		Host: "x", Path: "/q/T", Paged: true, Taps: taps, Chance: rand.New(rand.NewPCG(1, 1)), Pause: time.Millisecond, Patience: 8,
	}
	story, err := r.Answer(t.Context())
	d.mu.Lock()
	defer d.mu.Unlock()
	return story, &door{sent: maps.Clone(d.sent), asked: d.asked}, err
}

func TestResidentsSendTheSameBytesAgainUntilTheyHaveAReceipt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		fail  func(int) int
		again int
	}{
		{"nothing fails", func(int) int { return 0 }, 0},
		{"every second connection is cut", func(n int) int { return n % 2 }, 3},
		{"the store is full at first", func(n int) int {
			if n == 3 || n == 4 {
				return http.StatusServiceUnavailable
			}
			return 0
		}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			story, d, err := answer(t, c.fail, 1)
			if err != nil || story.Receipt != "R1" || story.Again != c.again || story.Tries != 3+c.again {
				t.Errorf("got %+v, %v, want a receipt after %d tries again", story, err, c.again)
			}
			if len(d.sent) != 1 {
				t.Errorf("the last step came in %d forms, want one", len(d.sent))
			}
		})
	}
}

func TestTheImpatientTapSeveralTimesAndSeeOneReceipt(t *testing.T) {
	t.Parallel()
	story, d, err := answer(t, func(int) int { return 0 }, 5)
	if err != nil || story.Receipt != "R1" || d.sent["_do=send&_form=k"] != 5 {
		t.Errorf("got %+v, %v, %v", story, err, d.sent)
	}
}

func TestResidentsGiveUpOnlyWhenRefusedOrAtTheEndOfTheirPatience(t *testing.T) {
	t.Parallel()
	if _, d, err := answer(t, func(int) int { return http.StatusConflict }, 1); err == nil || d.asked != 1 {
		t.Errorf("refused: got %v after %d requests, want an error after 1", err, d.asked)
	}
	if _, d, err := answer(t, func(int) int { return 1 }, 1); err == nil || d.asked < 8 {
		t.Errorf("no network: got %v after %d requests, want an error after 8 tries", err, d.asked)
	}
}
