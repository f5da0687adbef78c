package access_test

import (
	"testing"
	"time"

	"minyi/indicators/access"
)

// TestWatchingKeepsNobodySignedIn asks whether a session lasts every minute, as an open
// page does, and nothing else: it ends after 30 minutes all the same (S08).
func TestWatchingKeepsNobodySignedIn(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "li", Role: access.Agency, Password: good})
	secret, _, err := h.SignIn(t.Context(), "li", good, "n")
	if err != nil {
		t.Fatal(err)
	}
	lasted := time.Duration(0)
	for ; lasted < 2*access.Idle; lasted += time.Minute {
		lasts, err := h.Lasts(t.Context(), secret)
		if err != nil {
			t.Fatal(err)
		}
		if !lasts {
			break
		}
		h.now = h.now.Add(time.Minute)
	}
	if lasted != access.Idle {
		t.Errorf("the session lasted %v, want %v", lasted, access.Idle)
	}
}

func TestLastsEndsWithSignOutAndForStrangers(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "li", Role: access.Agency, Password: good})
	secret, actor, err := h.SignIn(t.Context(), "li", good, "n")
	if err != nil {
		t.Fatal(err)
	}
	if lasts, err := h.Lasts(t.Context(), secret); err != nil || !lasts {
		t.Errorf("signed in: got %t, %v", lasts, err)
	}
	if err := h.SignOut(t.Context(), actor, secret); err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]string{"after sign-out": secret, "a stranger": "x", "nobody": ""} {
		if lasts, err := h.Lasts(t.Context(), of); err != nil || lasts {
			t.Errorf("%s: got %t, %v, want false", name, lasts, err)
		}
	}
}
