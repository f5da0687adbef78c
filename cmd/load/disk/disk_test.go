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

// TestWriter writes over the first byte, appends one and syncs, for each line
// that it reads, and says what came of the three.
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
		fmt.Printf("said %v|%v|%v|%v\n", cause(over), cause(more), cause(f.Sync()), cause(open))
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
	d, err := disk.Attach(t.Context(), parent)
	if errors.Is(err, disk.ErrUnwatched) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	full, ro, io := syscall.ENOSPC.Error(), syscall.EROFS.Error(), syscall.EIO.Error()
	for _, c := range []struct {
		name  string
		fault disk.Fault
		want  string // overwrite, append, sync, open
	}{
		{"sound", disk.Sound, "<nil>|<nil>|<nil>|<nil>"},
		{"full", disk.Full, "<nil>|" + full + "|<nil>|<nil>"},
		{"read-only", disk.ReadOnly, ro + "|" + ro + "|<nil>|" + ro},
		{"unsynced", disk.Unsynced, "<nil>|<nil>|" + io + "|<nil>"},
		{"sound again", disk.Sound, "<nil>|<nil>|<nil>|<nil>"},
	} {
		d.Set(c.fault)
		fmt.Fprintln(in, "go")
		said := ""
		for found := false; !found && lines.Scan(); {
			said, found = strings.CutPrefix(lines.Text(), "said ")
		}
		if said != c.want {
			t.Errorf("%s: got %s, want %s", c.name, said, c.want)
		}
	}
	if got := d.Refused(); got != 5 {
		t.Errorf("got %d calls refused, want 5", got)
	}
	_ = in.Close()
	if err := errors.Join(cmd.Wait(), d.Close()); err != nil {
		t.Error(err)
	}
}
