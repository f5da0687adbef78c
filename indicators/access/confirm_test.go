package access_test

import (
	"testing"

	"minyi/indicators/access"
)

func TestASignatureNeedsThePasswordAndGuessingIsStopped(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "lead", Role: access.Assessor, Password: good})
	by := access.Actor{Name: "lead", Role: access.Assessor}
	if err := h.Confirm(t.Context(), by, good, "n"); err != nil {
		t.Errorf("right password: got %v, want none", err)
	}
	if err := h.Confirm(t.Context(), by, "another one", "n"); !is(err, "password.wrong") {
		t.Errorf("wrong password: got %v, want password.wrong", err)
	}
	stopped := false
	for range 20 {
		err := h.Confirm(t.Context(), by, "another one", "n")
		stopped = stopped || err != nil && !is(err, "password.wrong")
	}
	if !stopped {
		t.Error("twenty wrong passwords in a row: none was told to wait")
	}
	entries, err := h.store.Trail(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, e := range entries {
		if e.Action == "password.confirm" {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no entry in the trail tells of the wrong passwords")
	}
}
