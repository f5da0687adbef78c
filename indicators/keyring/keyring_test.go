package keyring_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/indicators/keyring"
)

// clock is a clock that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func opened(t *testing.T, dir string, a keyring.Algorithm, c *clock) *keyring.File {
	t.Helper()
	f, err := keyring.Open(dir, a, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func start() *clock { return &clock{time.Date(2020, 9, 1, 0, 0, 0, 0, time.UTC)} }

func sealed(t *testing.T, b *keyring.Box, plain, bound string) string {
	t.Helper()
	token, err := b.Seal([]byte(plain), bound)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestAValueOpensOnlyWhereItBelongs(t *testing.T) {
	t.Parallel()
	for _, a := range keyring.Algorithms() {
		ring := keyring.New(opened(t, t.TempDir(), a, start()))
		box, other := ring.Box("mailbox"), ring.Box("visit")
		token := sealed(t, box, "li@example.org", "account/li")
		if got, err := keyring.ParseToken(token); err != nil || got.Algorithm != a || got.Purpose != "mailbox" || got.Key == 0 {
			t.Errorf("%s: the token names %+v, %v", a, got, err)
		}
		if got, err := box.Open(token, "account/li"); err != nil || string(got) != "li@example.org" {
			t.Errorf("%s: got %q, %v", a, got, err)
		}
		if got, err := box.Open(token, "account/wang"); err == nil {
			t.Errorf("%s: opened elsewhere as %q", a, got)
		}
		if got, err := other.Open(token, "account/li"); err == nil {
			t.Errorf("%s: opened for another purpose as %q", a, got)
		}
		if token == sealed(t, box, "li@example.org", "account/li") {
			t.Errorf("%s: equal values have equal tokens", a)
		}
		for i := range len(token) {
			raw := []byte(token)
			raw[i] ^= 1
			if got, err := box.Open(string(raw), "account/li"); err == nil {
				t.Errorf("%s: changed at %d it opens as %q", a, i, got)
			}
		}
		if strings.Contains(token, "li@") || strings.Contains(token, "example") {
			t.Errorf("%s: the token shows what it hides", a)
		}
	}
}

func TestNothingSealedStaysNothing(t *testing.T) {
	t.Parallel()
	box := keyring.New(opened(t, t.TempDir(), keyring.AES, start())).Box("mailbox")
	if token := sealed(t, box, "", "x"); token != "" {
		t.Errorf("got %q", token)
	}
	if got, err := box.Open("", "x"); err != nil || got != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestOneKeySealsByBothAlgorithmsAndOpensOlderValues(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{7}, 32)
	seals := map[keyring.Algorithm]*keyring.One{}
	for _, a := range keyring.Algorithms() {
		one, err := keyring.NewOne(a, key)
		if err != nil {
			t.Fatal(err)
		}
		seals[a] = one
	}
	block, err := aesBlock(key)
	older := gcm(t, block, err)
	nonce := bytes.Repeat([]byte{1}, older.NonceSize())
	values := map[string][]byte{
		"aes": seals[keyring.AES].Seal([]byte("words"), []byte("here")), "sm4": seals[keyring.SM4].Seal([]byte("words"), []byte("here")),
		"older": older.Seal(nonce, nonce, []byte("words"), []byte("here")),
	}
	for name, value := range values {
		for a, one := range seals {
			if got, err := one.Open(value, []byte("here")); err != nil || string(got) != "words" {
				t.Errorf("%s by the seal of %s: got %q, %v", name, a, got, err)
			}
			if _, err := one.Open(value, []byte("there")); err == nil {
				t.Errorf("%s opens elsewhere", name)
			}
		}
		want := keyring.Algorithm(name)
		if name == "older" {
			want = ""
		}
		if got := seals[keyring.AES].Algorithm(value); got != want {
			t.Errorf("%s: got the algorithm %q", name, got)
		}
	}
	if a, b := seals[keyring.AES].ID(), seals[keyring.SM4].ID(); a != b || len(a) != 8 {
		t.Errorf("one key has the ids %s and %s", a, b)
	}
}

// A change of keys: values under the old key open all the time, in this process and in
// another that had the file open before; the old key goes when nothing named it for an
// hour, and its bytes are not in the folder any more.
func TestKeysChangeWhileOthersRead(t *testing.T) {
	t.Parallel()
	dir, c := t.TempDir(), start()
	before, serving := opened(t, dir, keyring.AES, c), opened(t, dir, keyring.AES, c)
	first, _, err := before.Current()
	if err != nil {
		t.Fatal(err)
	}
	box := keyring.New(serving).Box("mailbox")
	text := `{"email":"` + sealed(t, box, "one", "a") + `","phone":"` + sealed(t, box, "two", "a") + `","x":"mys1.aes.nothing"}`
	secret, err := os.ReadFile(filepath.Join(dir, keyring.FileName))
	if err != nil {
		t.Fatal(err)
	}
	id, err := before.Begin(keyring.SM4)
	if err != nil || id == first {
		t.Fatal(id, err)
	}
	if again, err := opened(t, dir, keyring.SM4, c).Begin(keyring.SM4); err != nil || again != id {
		t.Errorf("a change that goes on made another key: %v, %v", again, err)
	}
	if got, err := keyring.ParseToken(sealed(t, box, "three", "b")); err != nil || got.Key != id || got.Algorithm != keyring.SM4 {
		t.Errorf("the serving process seals under %v, %v", got, err)
	}
	fresh, n, err := keyring.New(before).Reseal(text)
	if err != nil || n != 2 || !strings.Contains(fresh, `"x":"mys1.aes.nothing"`) {
		t.Fatalf("got %s, %d, %v", fresh, n, err)
	}
	for i, want := range []string{"one", "two"} {
		if got, err := box.Open(keyring.Tokens(fresh)[i], "a"); err != nil || string(got) != want {
			t.Errorf("got %q, %v", got, err)
		}
	}
	counts := map[keyring.ID]int{}
	keyring.Count(counts, fresh)
	if counts[id] != 2 || len(counts) != 1 {
		t.Errorf("got %v", counts)
	}
	for _, step := range []struct {
		named map[keyring.ID]int
		after time.Duration
		gone  int
	}{{map[keyring.ID]int{first: 1, id: 2}, 0, 0}, {counts, 0, 0}, {counts, 59 * time.Minute, 0}, {counts, time.Minute, 1}, {counts, 0, 0}} {
		c.at = c.at.Add(step.after)
		if gone, err := before.Finish(step.named); err != nil || len(gone) != step.gone {
			t.Errorf("after %v: destroyed %v, %v", step.after, gone, err)
		}
	}
	if keys, rotating, err := serving.Keys(); err != nil || rotating || len(keys) != 1 || keys[0].ID != id {
		t.Errorf("got %v, %v, %v", keys, rotating, err)
	}
	if _, err := keyring.New(serving).Box("mailbox").Open(keyring.Tokens(text)[0], "a"); err == nil {
		t.Error("a value of the destroyed key still opens")
	}
	left, err := os.ReadFile(filepath.Join(dir, keyring.FileName))
	if err != nil || bytes.Contains(left, secretOf(t, secret)) {
		t.Errorf("the destroyed key is still in the file: %v", err)
	}
}

// secretOf is the text of the first key's secret.
func secretOf(t *testing.T, file []byte) []byte {
	t.Helper()
	_, rest, ok := bytes.Cut(file, []byte(`"secret": "`))
	secret, _, end := bytes.Cut(rest, []byte(`"`))
	if !ok || !end || len(secret) < 40 {
		t.Fatalf("no secret in %s", file)
	}
	return secret
}

func TestTheKeysAreTheOwnersAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	opened(t, dir, keyring.AES, start())
	info, err := os.Stat(filepath.Join(dir, keyring.FileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info, err)
	}
	if err := os.WriteFile(filepath.Join(dir, keyring.FileName), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Open(dir, keyring.AES, start().now); err == nil {
		t.Error("a damaged file is taken for a new one")
	}
}
