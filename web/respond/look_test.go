package respond_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

// luminance is the relative luminance of WCAG 2.2 for #rgb or #rrggbb.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	hex := strings.TrimPrefix(colour, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	var r, g, b int
	if _, err := fmt.Sscanf(hex, "%02x%02x%02x", &r, &g, &b); err != nil {
		t.Fatalf("colour %s: %v", colour, err)
	}
	linear := func(c int) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Text at least 7:1 (WCAG 2.2, 1.4.6), borders of fields at least 3:1 (1.4.11),
// by day and in the dark.
func TestColoursAreEasyToRead(t *testing.T) {
	css, err := os.ReadFile("pages/base.css")
	if err != nil {
		t.Fatal(err)
	}
	sets := regexp.MustCompile(`:root\{([^}]*)\}`).FindAllStringSubmatch(string(css), -1)
	if len(sets) != 2 {
		t.Fatalf("colour sets: got %d, want day and dark", len(sets))
	}
	for i, set := range sets {
		colour := map[string]string{}
		for _, one := range strings.Split(set[1], ";") {
			name, value, _ := strings.Cut(one, ":")
			colour[name] = value
		}
		for _, c := range []struct {
			text, ground string
			least        float64
		}{
			{"--i", "--p", 7},
			{"--l", "--p", 7},
			{"--p", "--l", 7},
			{"--e", "--p", 7},
			{"--i", "--s", 7},
			{"--l", "--s", 7},
			{"--b", "--p", 3},
		} {
			if got := contrast(t, colour[c.text], colour[c.ground]); got < c.least {
				t.Errorf("set %d: %s on %s: got %.1f, want at least %.1f", i, c.text, c.ground, got, c.least)
			}
		}
	}
}

// S19 in short: whatever a stranger sends, the door answers with less than 500.
func TestS19NoInputMakesTheDoorFail(t *testing.T) {
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	h := open(t)
	rng := rand.New(rand.NewPCG(1, 2))
	good := filledAll(h, h.poster).Encode()
	bits := []string{"%", "%00", "%ff", "&", "=", ";", "_at=", "_do=change:", "_do=send", "_view=all", "q01=", "\x00", "é", "+", "_form=x", "_lang=en"}
	for i := range 1500 {
		body := []byte(good)
		for range 1 + rng.IntN(6) {
			at := rng.IntN(len(body))
			if rng.IntN(2) == 0 {
				body[at] = byte(rng.IntN(256))
				continue
			}
			bit := bits[rng.IntN(len(bits))]
			body = append(body[:at:at], append([]byte(bit), body[at+rng.IntN(len(body)-at):]...)...)
			if len(body) == 0 {
				body = []byte("&")
			}
		}
		req := httptest.NewRequest(http.MethodPost, "/q/"+h.poster, strings.NewReader(string(body)))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if p := h.do(req); p.status >= 500 || strings.Contains(p.body, "⟦") {
			t.Fatalf("request %d: %q: status %d\n%s", i, body, p.status, p.body)
		}
	}
}
