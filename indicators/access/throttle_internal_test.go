package access

import (
	"fmt"
	"testing"
	"time"
)

// moment is when the tries of these tests begin.
func moment() time.Time { return time.Date(2020, 9, 15, 1, 0, 0, 0, time.UTC) }

func TestS04TheWaitDoublesUpToAnHour(t *testing.T) {
	t.Parallel()
	var gate throttle
	now := moment()
	for i := range freeTries {
		if err := gate.begin("pair", "network", now); err != nil {
			t.Fatalf("try %d of the free ones: %v", i+1, err)
		}
	}
	for _, wait := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		wait *= time.Minute
		if gate.begin("pair", "network", now.Add(wait-time.Second)) == nil {
			t.Errorf("let in before %s were over", wait)
		}
		now = now.Add(wait)
		if err := gate.begin("pair", "network", now); err != nil {
			t.Errorf("after %s: %v", wait, err)
		}
	}
}

func TestS04ThreeHundredFailuresCloseANetworkToEveryName(t *testing.T) {
	t.Parallel()
	var gate throttle
	now := moment()
	for i := range 300 {
		if err := gate.begin(fmt.Sprint("pair ", i), "network", now); err != nil {
			t.Fatalf("try %d: %v", i+1, err)
		}
	}
	if gate.begin("one more", "network", now) == nil {
		t.Error("a 301st name was tried from one network")
	}
	if err := gate.begin("one more", "another network", now); err != nil {
		t.Errorf("from another network: %v", err)
	}
}
