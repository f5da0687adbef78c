package gateway_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators/inbox"
	"minyi/indicators/inbox/gateway"
)

const secret = "0123456789abcdef0123456789abcdef"

// received is what a gateway got.
type received struct {
	mu   sync.Mutex
	head http.Header
	body string
	n    int
}

// started is a gateway that answers with a status.
func started(t *testing.T, answer func(w http.ResponseWriter)) (*received, gateway.Config) {
	t.Helper()
	got := &received{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body) // what is missing shows in the test
		got.mu.Lock()
		got.head, got.body, got.n = r.Header, string(raw), got.n+1
		got.mu.Unlock()
		answer(w)
	}))
	t.Cleanup(server.Close)
	return got, gateway.Config{
		URL: server.URL + "/hook", Secret: secret, Identity: gateway.ByAccount, Private: true,
		Timeout: time.Minute, Now: func() time.Time { return time.Unix(1598230800, 0) },
	}
}

func status(code int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(code) }
}

func hook(t *testing.T, cfg gateway.Config) *gateway.Hook {
	t.Helper()
	h, err := gateway.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ping() inbox.Ping {
	return inbox.Ping{
		ID: "m-1.abc", Account: "yinchuan", Phone: "+8613900000000", Kind: "filing", Lang: "zh-CN", Text: "有一条新消息",
		Link: "https://minyi.example/inbox", At: time.Unix(1598230800, 0), Due: time.Unix(1598889600, 0),
	}
}

func TestTheDocumentHoldsNoMoreThanItsDescription(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		identity string
		to       map[string]any
	}{
		{gateway.ByAccount, map[string]any{"account": "yinchuan"}},
		// printf '%s' +8613900000000 | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef, OpenSSL 3.0.19
		{gateway.ByPhone, map[string]any{"phone_hmac_sha256": "707d582519850d2bf98157cdfba3cf44db3fa647d4902cdf1a6f01fb83fbadac"}},
	} {
		t.Run(c.identity, func(t *testing.T) {
			t.Parallel()
			got, cfg := started(t, status(http.StatusNoContent))
			cfg.Identity = c.identity
			if err := hook(t, cfg).Post(t.Context(), ping()); err != nil {
				t.Fatal(err)
			}
			var doc map[string]any
			if err := json.Unmarshal([]byte(got.body), &doc); err != nil {
				t.Fatal(err)
			}
			want := map[string]any{
				"version": 1.0, "id": "m-1.abc", "kind": "filing", "to": c.to, "language": "zh-CN", "text": "有一条新消息",
				"link": "https://minyi.example/inbox", "posted_at": "2020-08-24T01:00:00Z", "due_at": "2020-08-31T16:00:00Z",
			}
			if !reflect.DeepEqual(doc, want) {
				t.Errorf("got %v, want %v", doc, want)
			}
			if strings.Contains(got.body, "139") {
				t.Errorf("the number itself left: %s", got.body)
			}
		})
	}
}

func TestTheSignatureIsWhatOpenSSLComputes(t *testing.T) {
	t.Parallel()
	got, cfg := started(t, status(http.StatusOK))
	if err := hook(t, cfg).Post(t.Context(), inbox.Ping{ID: "x", Account: "a", Kind: "filing", Lang: "en", Text: "t", Link: "l", At: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	const body = `{"version":1,"id":"x","kind":"filing","to":{"account":"a"},"language":"en","text":"t","link":"l","posted_at":"1970-01-01T00:00:00Z"}`
	if got.body != body {
		t.Fatalf("got %s, want %s", got.body, body)
	}
	// printf '%s.%s' 1598230800 "$body" | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef, OpenSSL 3.0.19
	for name, want := range map[string]string{
		"Minyi-Signature": "v1=8a3a4ec1b607c4d58b4184213162613085d6036a8ca3f81c99e8f04eb855b90a", "Minyi-Timestamp": "1598230800", "Minyi-Delivery": "x", "Content-Type": "application/json",
	} {
		if got := got.head.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestAnswersDecideWhetherItIsTriedAgain(t *testing.T) {
	t.Parallel()
	other, _ := started(t, status(http.StatusOK))
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter)
		want   inbox.DeliveryError
	}{
		{"400", status(http.StatusBadRequest), inbox.DeliveryError{Reason: inbox.Refused, Final: true}},
		{"401", status(http.StatusUnauthorized), inbox.DeliveryError{Reason: inbox.BadSignIn, Server: true}},
		{"429", status(http.StatusTooManyRequests), inbox.DeliveryError{Reason: inbox.Busy}},
		{"503", status(http.StatusServiceUnavailable), inbox.DeliveryError{Reason: inbox.Busy, Server: true}},
		{"a redirect is not followed", func(w http.ResponseWriter) {
			w.Header().Set("Location", "http://169.254.169.254/")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}, inbox.DeliveryError{Reason: inbox.Elsewhere, Server: true}},
		{"a connection that breaks", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, inbox.DeliveryError{Reason: inbox.Unreachable, Server: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, cfg := started(t, c.answer)
			err := hook(t, cfg).Post(t.Context(), ping())
			var u *inbox.DeliveryError
			if !errors.As(err, &u) || *u != c.want {
				t.Errorf("got %+v, want %+v", err, c.want)
			}
			if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "127.0.0.1")) {
				t.Errorf("the error says %v", err)
			}
		})
	}
	if other.n > 0 {
		t.Error("a request went elsewhere")
	}
}

func TestPrivateAddressesAreNotDialled(t *testing.T) {
	t.Parallel()
	got, cfg := started(t, status(http.StatusOK))
	cfg.Private = false
	if _, err := gateway.New(cfg); err == nil {
		t.Error("http was taken without webhook-private")
	}
	for _, host := range []string{
		strings.TrimSuffix(strings.TrimPrefix(cfg.URL, "http://"), "/hook"), "localhost:1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "0.0.0.0", "[::1]", "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "224.0.0.1",
	} {
		cfg.URL = "https://" + host + "/hook"
		err := hook(t, cfg).Post(t.Context(), ping())
		var u *inbox.DeliveryError
		if !errors.As(err, &u) || u.Reason != inbox.Elsewhere {
			t.Errorf("%s: got %v, want it refused before it is dialled", host, err)
		}
	}
	if got.n > 0 {
		t.Error("a private server was asked")
	}
}

func TestSettingsThatCannotHoldAreNamed(t *testing.T) {
	t.Parallel()
	good := gateway.Config{URL: "https://gateway.example/hook", Secret: secret, Identity: gateway.ByPhone}
	for name, change := range map[string]func(*gateway.Config){
		"webhook-url":      func(c *gateway.Config) { c.URL = "ftp://gateway.example" },
		"webhook-secret":   func(c *gateway.Config) { c.Secret = "short" },
		"webhook-identity": func(c *gateway.Config) { c.Identity = "name" },
	} {
		cfg := good
		change(&cfg)
		if _, err := gateway.New(cfg); err == nil || !strings.HasPrefix(err.Error(), name) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if h, err := gateway.New(good); err != nil || !h.NeedsPhone() {
		t.Errorf("good settings: got %v, %v", h, err)
	}
}
