package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Word is the hidden command of this program that puts the filter on itself and
// then becomes the server: its arguments are the server's command line.
const Word = "under-watch"

// socketFile is where the child finds the socket for the filter's listener: the
// first of its extra files.
const socketFile = 3

// Wrap turns the command line of a server into one of this program that runs it
// under watch. The files must be given to the process as its extra files, and
// closed after its start; then Attach.
func Wrap(self, binary string, args []string) (wrapped []string, parent, child *os.File, err error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("watch: %w", err)
	}
	wrapped = append([]string{self, Word, "--", binary}, args...)
	return wrapped, os.NewFile(uintptr(pair[0]), "watch"), os.NewFile(uintptr(pair[1]), "watched"), nil
}

// Attach receives the listener from the started process and begins to watch, with the
// disk as it is to be from the first.
func Attach(ctx context.Context, parent *os.File, first Fault) (*Disk, error) {
	defer parent.Close()
	var one [1]byte
	oob := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(int(parent.Fd()), one[:], oob, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	messages, err := unix.ParseSocketControlMessage(oob[:n])
	if err != nil || len(messages) != 1 {
		return nil, errors.Join(ErrUnwatched, err)
	}
	files, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(files) != 1 {
		return nil, errors.Join(ErrUnwatched, err)
	}
	d := &Disk{listener: files[0], stopped: make(chan struct{})}
	d.Set(first)
	go d.watch(ctx)
	return d, nil
}

// ErrUnwatched means that the kernel did not let the process be watched, as
// where another program watches it already.
var ErrUnwatched = errors.New("the process could not be put under watch")

// Become puts the filter on this thread, hands its listener to the parent and
// replaces this process by the server. It returns only when that failed.
func Become(args []string) error {
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	binary, err := exec.LookPath(args[0])
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	code := filter()
	program := unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]}
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_NEW_LISTENER,
		uintptr(unsafe.Pointer(&program))) //nolint:gosec // the kernel's own structure
	if errno != 0 {
		return fmt.Errorf("watch: %w", errno)
	}
	if err := unix.Sendmsg(socketFile, []byte{0}, unix.UnixRights(int(fd)), nil, 0); err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	_ = unix.Close(int(fd)) // the parent's is enough
	unix.CloseOnExec(socketFile)
	return syscall.Exec(binary, args, os.Environ()) //nolint:gosec // the server that the parent names
}
