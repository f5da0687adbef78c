package evidence_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
)

// sent is a piece of bytes that begins at an offset and is checked by SHA-256.
func sent(body []byte, at int64) evidence.Piece {
	sum := sha256.Sum256(body)
	return evidence.Piece{At: at, Most: int64(len(body)), From: bytes.NewReader(body), Sum: sha256.New(), Want: sum[:]}
}

func TestAFileInPartsIsTheSameFile(t *testing.T) {
	t.Parallel()
	folder, dir := open(t, evidence.DefaultLimits())
	body := pdf(string(bytes.Repeat([]byte("minutes "), 40_000)))
	if err := folder.Begin("a-1"); err != nil {
		t.Fatal(err)
	}
	if err := folder.Begin("a-1"); err == nil {
		t.Error("a second file began under the same id")
	}
	held := int64(0)
	for held < int64(len(body)) {
		var err error
		if held, err = folder.Append(t.Context(), "a-1", sent(body[held:min(held+70_000, int64(len(body)))], held)); err != nil {
			t.Fatal(err)
		}
		// What another opening of the folder sees is what the answer said.
		again, err := evidence.Open(dir, evidence.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if n, err := again.Held("a-1"); err != nil || n != held {
			t.Fatalf("got %d bytes held, %v, want %d", n, err, held)
		}
	}
	for range 2 { // a finish that was cut short is made again
		got, err := folder.Finish(t.Context(), "a-1", "../报告.pdf")
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		want := evidence.File{Digest: evidence.Digest(hex.EncodeToString(sum[:])), Name: "报告.pdf", Kind: evidence.PDF, Size: int64(len(body))}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if err := errors.Join(folder.Drop("a-1"), folder.Drop("a-1")); err != nil {
		t.Error(err)
	}
	r, err := folder.Read(t.Context(), evidence.Digest(sumOf(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, body) {
		t.Errorf("read back %d bytes, %v", len(back), err)
	}
	if _, err := folder.Held("a-1"); !errors.Is(err, fault.New(fault.NotFound, "evidence.unknown")) {
		t.Errorf("after dropping: got %v, want evidence.unknown", err)
	}
}

func sumOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func TestAPartThatDoesNotFitIsRefusedAndKeepsNothing(t *testing.T) {
	t.Parallel()
	folder, _ := open(t, evidence.DefaultLimits())
	if err := folder.Begin("b"); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Append(t.Context(), "b", sent(pdf("x"), 0)); err != nil {
		t.Fatal(err)
	}
	held := int64(len(pdf("x")))
	wrong := sent([]byte("damaged on its way"), held)
	wrong.Want = make([]byte, sha256.Size)
	ahead := sent([]byte("later"), held+5)
	for code, piece := range map[string]evidence.Piece{"upload.checksum": wrong, "upload.offset": ahead} {
		n, err := folder.Append(t.Context(), "b", piece)
		if !errors.Is(err, fault.New(fault.Conflict, code)) || n != held {
			t.Errorf("got %d bytes, %v, want %d and %s", n, err, held, code)
		}
	}
	// A line that breaks: without a checksum what came is kept and told.
	broken := errors.New("connection reset")
	cut := evidence.Piece{At: held, Most: 1000, From: io.MultiReader(bytes.NewReader([]byte("half")), readerFunc(func([]byte) (int, error) { return 0, broken }))}
	if n, err := folder.Append(t.Context(), "b", cut); n != held+4 || !errors.Is(err, broken) {
		t.Errorf("got %d bytes, %v, want %d and %v", n, err, held+4, broken)
	}
	if n, err := folder.Held("b"); err != nil || n != held+4 {
		t.Errorf("got %d held, %v", n, err)
	}
	// While one piece is being written, another is refused at once.
	reading, release := make(chan struct{}), make(chan struct{})
	slow := readerFunc(func([]byte) (int, error) { close(reading); <-release; return 0, io.EOF })
	done := make(chan error)
	go func() {
		_, err := folder.Append(t.Context(), "b", evidence.Piece{At: held + 4, Most: 10, From: slow})
		done <- err
	}()
	<-reading
	if _, err := folder.Append(t.Context(), "b", sent([]byte("x"), held+4)); !errors.Is(err, fault.New(fault.Conflict, "upload.busy")) {
		t.Errorf("got %v, want upload.busy", err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAFileInPartsIsCheckedAsAnyOther(t *testing.T) {
	t.Parallel()
	folder, dir := open(t, evidence.DefaultLimits())
	body := objects("1 0 obj\n<</S/JavaScript>>")
	if err := folder.Begin("c"); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Append(t.Context(), "c", sent(body, 0)); err != nil {
		t.Fatal(err)
	}
	if err := folder.Glance("c", "a.docx"); !errors.Is(err, fault.New(fault.Invalid, "evidence.mismatch")) {
		t.Errorf("by its first bytes: got %v, want evidence.mismatch", err)
	}
	if _, err := folder.Finish(t.Context(), "c", "a.pdf"); !errors.Is(err, fault.New(fault.Invalid, "evidence.unsafe.active")) {
		t.Errorf("got %v, want evidence.unsafe.active", err)
	}
	if err := folder.Drop("c"); err != nil {
		t.Error(err)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestS31MemoryStaysBoundedWhileLargeFilesComeAndGo puts, finishes and checks
// files of 40 MiB and counts what is allocated in between.
func TestS31MemoryStaysBoundedWhileLargeFilesComeAndGo(t *testing.T) { // alone: it reads the whole program's memory
	folder, dir := open(t, evidence.DefaultLimits())
	const size, gibibyte = 40 << 20, 1 << 30
	stream := func(bytesLong int64) io.Reader {
		return io.MultiReader(bytes.NewReader([]byte("%PDF-1.4\n%")), io.LimitReader(readerFunc(func(b []byte) (int, error) {
			for i := range b {
				b[i] = 'x'
			}
			return len(b), nil
		}), bytesLong), bytes.NewReader([]byte("\n%%EOF")))
	}
	large := func() io.Reader { return stream(size) }
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	file, err := folder.Put(t.Context(), "a.pdf", large())
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Begin("d"); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Append(t.Context(), "d", evidence.Piece{Most: size + 100, From: large()}); err != nil {
		t.Fatal(err)
	}
	twin, err := folder.Finish(t.Context(), "d", "b.pdf")
	if err != nil || twin.Digest != file.Digest {
		t.Fatalf("got %+v, %v, want the digest %s", twin, err, file.Digest)
	}
	if bad, err := folder.Check(t.Context(), []evidence.Digest{file.Digest}); err != nil || len(bad) > 0 {
		t.Fatalf("got %v, %v", bad, err)
	}
	if _, err := folder.Put(t.Context(), "c.pdf", stream(gibibyte)); !errors.Is(err, fault.New(fault.TooLarge, "evidence.toolarge")) {
		t.Errorf("1 GiB: got %v, want evidence.toolarge", err)
	}
	runtime.ReadMemStats(&after)
	if got, most := after.TotalAlloc-before.TotalAlloc, uint64(4<<20); got > most {
		t.Errorf("got %d bytes allocated for %d MiB and the beginning of 1 GiB, want at most %d", got, 4*size>>20, most)
	}
	if err := folder.Drop("d"); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "parts"))
	if err != nil || len(entries) != 0 {
		t.Errorf("parts left: %v, %v", entries, err)
	}
}
