package disk_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"minyi/cmd/load/disk"
)

// The writer is this test binary as a process of its own: it puts the watch on
// itself, becomes TestWriter, and writes as often as it is asked.
const (
	stepVar = "LOAD_TEST_WRITER" // "become", then "write"
	fileVar = "LOAD_TEST_FILE"
)

func TestMain(m *testing.M) {
	if os.Getenv(stepVar) == "become" {
		if err := os.Setenv(stepVar, "write"); err != nil {
			panic(err)
		}
		fmt.Fprintln(os.Stderr, disk.Become([]string{os.Args[0], "-test.run=^TestWriter$"}))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// TestWriter writes over the first byte, appends one, syncs, opens and reads, for each
// line that it reads, and says what came of them.
func TestWriter(t *testing.T) {
	if os.Getenv(stepVar) != "write" {
		t.Skip("runs as the child of the others")
	}
	f, err := os.OpenFile(os.Getenv(fileVar), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(1)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		_, over := f.WriteAt([]byte("x"), 0)
		_, more := f.WriteAt([]byte("y"), size)
		size++
		_, open := os.OpenFile(os.Getenv(fileVar)+".new", os.O_RDWR|os.O_CREATE, 0o600)
		sync := f.Sync()
		_, read := f.ReadAt(make([]byte, 1), 0)
		fmt.Printf("said %v|%v|%v|%v|%v\n", cause(over), cause(more), cause(sync), cause(open), cause(read))
	}
}

func cause(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return fmt.Sprint(err)
}

func TestADiskFailsOnlyAsItIsTold(t *testing.T) {
	t.Parallel()
	if !disk.Offered() {
		t.Skip("this kernel lets no program watch another's calls")
	}
	_, parent, child, err := disk.Wrap("", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), stepVar+"=become", fileVar+"="+filepath.Join(t.TempDir(), "file"))
	cmd.ExtraFiles, cmd.Stderr = []*os.File{child}, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = child.Close()
	d, err := disk.Attach(t.Context(), parent, disk.Sound)
	if errors.Is(err, disk.ErrUnwatched) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	const longer = 50 * time.Millisecond
	d.Hold(longer)
	lines := bufio.NewScanner(out)
	full, ro, io := syscall.ENOSPC.Error(), syscall.EROFS.Error(), syscall.EIO.Error()
	for _, c := range []struct {
		name  string
		fault disk.Fault
		want  string // overwrite, append, sync, open, read
	}{
		{"sound", disk.Sound, "<nil>|<nil>|<nil>|<nil>|<nil>"},
		{"full", disk.Full, "<nil>|" + full + "|<nil>|<nil>|<nil>"},
		{"read-only", disk.ReadOnly, ro + "|" + ro + "|<nil>|" + ro + "|<nil>"},
		{"unsynced", disk.Unsynced, "<nil>|<nil>|" + io + "|<nil>|<nil>"},
		{"unread (F06)", disk.Unread, "<nil>|<nil>|<nil>|<nil>|" + io},
		{"slow (F06)", disk.Slow, "<nil>|<nil>|<nil>|<nil>|<nil>"},
		{"sound again", disk.Sound, "<nil>|<nil>|<nil>|<nil>|<nil>"},
	} {
		d.Set(c.fault)
		begin := time.Now()
		fmt.Fprintln(in, "go")
		said := ""
		for found := false; !found && lines.Scan(); {
			said, found = strings.CutPrefix(lines.Text(), "said ")
		}
		if said != c.want {
			t.Errorf("%s: got %s, want %s", c.name, said, c.want)
		}
		if took := time.Since(begin); c.fault == disk.Slow && took < 3*longer {
			t.Errorf("%s: two writes and a sync took %v", c.name, took)
		}
	}
	if got := d.Refused(); got < 9 { // the runtime reads a file now and then
		t.Errorf("got %d calls refused or held up, want 9", got)
	}
	_ = in.Close()
	if err := errors.Join(cmd.Wait(), d.Close()); err != nil {
		t.Error(err)
	}
}
