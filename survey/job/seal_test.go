package job_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/keyring"
	"minyi/survey/job"
)

func hexName(id string) string { return hex.EncodeToString([]byte(id)) }

// TestSealedFileShowsEveryChange changes and cuts a file of two pieces and a bit.
func TestSealedFileShowsEveryChange(t *testing.T) {
	t.Parallel()
	const size = 2*64<<10 + 100
	text := strings.Repeat("0123456789", size/10+1)[:size]
	h := open(t, t.TempDir(), nil, func(s *job.Service) {
		s.Register("text", func(_ context.Context, t *job.Task) (any, error) {
			w, err := t.File("a.txt", "text/plain")
			if err == nil {
				_, err = io.WriteString(w, text)
			}
			return nil, err
		})
	})
	h.start(t)
	j := h.until(t, h.add(t, job.Order{Kind: "text"}).ID, job.Finished)
	if h.fetch(t, j.ID) != text {
		t.Fatal("what was written does not come back")
	}
	path := filepath.Join(h.folder, hexName(j.ID)+".out")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const piece, head = 64<<10 + 16, 10 + 16 // the line that names the algorithm, the salt
	changed := map[string][]byte{
		"nothing": {}, "the salt only": whole[:head], "no last piece": whole[:head+2*piece], "a byte short": whole[:len(whole)-1],
		"another algorithm": append([]byte("mysf1.sm4\n"), whole[10:]...), "no algorithm": whole[10:],
		"a byte more":        append(append([]byte{}, whole...), 0),
		"two pieces swapped": slices.Concat(whole[:head], whole[head+piece:head+2*piece], whole[head:head+piece], whole[head+2*piece:]),
		"a piece left out":   slices.Concat(whole[:head], whole[head+piece:]),
	}
	for at := 0; at < len(whole); at += 9973 {
		raw := append([]byte{}, whole...)
		raw[at] ^= 1
		changed[fmt.Sprintf("byte %d", at)] = raw
	}
	for name, raw := range changed {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		_, r, err := h.Open(t.Context(), li(), j.ID)
		if err == nil {
			_, err = io.ReadAll(r)
			_ = r.Close()
		}
		if err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}

func TestSealedFileOfAnySizeComesBack(t *testing.T) {
	t.Parallel()
	h := open(t, t.TempDir(), nil, func(s *job.Service) { s.Register("copy", copied) })
	h.start(t)
	const piece = 64 << 10
	for _, size := range []int{0, 1, piece - 1, piece, piece + 1, 3 * piece} {
		text := strings.Repeat("x", size)
		j := h.until(t, h.add(t, job.Order{Kind: "copy", Input: strings.NewReader(text)}).ID, job.Finished)
		if h.fetch(t, j.ID) != text || j.File.Size != int64(size) {
			t.Errorf("%d bytes: they do not come back", size)
		}
	}
}

// copied is work that hands its input back.
func copied(_ context.Context, t *job.Task) (any, error) {
	in, err := t.Input()
	if err != nil {
		return nil, err
	}
	w, err := t.File("list.csv", "text/csv")
	if err == nil {
		_, err = io.Copy(w, in)
	}
	return nil, errors.Join(err, in.Close())
}

// TestS47AFileNamesItsAlgorithm: AES-256-GCM, or SM4-GCM by setting; a file from before
// files named anything, which is made here by hand, opens as well.
func TestS47AFileNamesItsAlgorithm(t *testing.T) {
	t.Parallel()
	for _, with := range []keyring.Algorithm{keyring.AES, keyring.SM4} {
		h := open(t, t.TempDir(), func(c *job.Config) { c.Cipher = with }, func(s *job.Service) { s.Register("copy", copied) })
		h.start(t)
		j := h.until(t, h.add(t, job.Order{Kind: "copy", Input: strings.NewReader("text")}).ID, job.Finished)
		path := filepath.Join(h.folder, hexName(j.ID)+".out")
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if want := "mysf1." + string(with) + "\n"; !strings.HasPrefix(string(raw), want) || h.fetch(t, j.ID) != "text" {
			t.Errorf("the file begins with %q, want %q", raw[:10], want)
		}
		salt := []byte("0123456789abcdef")
		key, err := hkdf.Key(sha256.New, []byte(strings.Repeat("s", 32)), salt, "minyi/job/file/v1/"+j.ID, 32)
		if err != nil {
			t.Fatal(err)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			t.Fatal(err)
		}
		older := gcm.Seal(salt, append(make([]byte, 11), 1), []byte("text"), nil)
		if err := os.WriteFile(path, older, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := h.fetch(t, j.ID); got != "text" {
			t.Errorf("an older file reads %q", got)
		}
	}
}
