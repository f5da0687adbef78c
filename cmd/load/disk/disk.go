// Package disk lets a real, unchanged server process run on a disk that fails
// when the drill says so: full, read-only, losing a sync, unreadable or slow. The
// process is started under a seccomp filter that hands its system calls on files to this
// program (seccomp_unotify(2), Linux 5.5 and later, no privilege needed), which
// lets them pass or answers with the error that the kernel would give. It
// works on any file system and in containers; where the kernel does not offer
// it, Offered says so.
package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Fault is what the disk does.
type Fault int32

// The faults.
const (
	Sound    Fault = iota
	Full           // no write beyond the end of a file: ENOSPC
	ReadOnly       // no write at all: EROFS
	Unsynced       // fsync and fdatasync fail: EIO
	Unread         // no read: EIO
	Slow           // every write and every sync takes longer; see Hold
)

// Disk decides about the writes of one process.
type Disk struct {
	fault    atomic.Int32
	refused  atomic.Int64
	listener int
	stopped  chan struct{}
	once     sync.Once
	hold     atomic.Int64 // ns
	held     sync.WaitGroup
}

// Set changes what the disk does from now on.
func (d *Disk) Set(f Fault) { d.fault.Store(int32(f)) }

// Hold says how much longer a write or a sync takes on a slow disk.
func (d *Disk) Hold(longer time.Duration) { d.hold.Store(int64(longer)) }

// Refused counts the calls that were answered with an error, or held up, so far.
func (d *Disk) Refused() int64 { return d.refused.Load() }

// Close ends the watch. It must come after the end of the process.
func (d *Disk) Close() error {
	d.once.Do(func() { close(d.stopped) })
	d.held.Wait()
	return unix.Close(d.listener)
}

// watch answers for every write of the process until the process has ended.
func (d *Disk) watch(ctx context.Context) {
	const step = 100 // ms
	for {
		select {
		case <-d.stopped:
			return
		case <-ctx.Done():
			return
		default:
		}
		at := []unix.PollFd{{Fd: int32(d.listener), Events: unix.POLLIN}}
		n, err := unix.Poll(at, step)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
		if n == 1 && at[0].Revents&unix.POLLIN == 0 {
			return // nobody is left under the filter
		}
		if n == 1 {
			d.answer()
		}
	}
}

// notice is struct seccomp_notif, reply struct seccomp_notif_resp (linux/seccomp.h).
type notice struct {
	id    uint64
	pid   uint32
	flags uint32
	call  int32
	arch  uint32
	at    uint64
	args  [6]uint64
}

type reply struct {
	id    uint64
	val   int64
	err   int32
	flags uint32
}

func (d *Disk) answer() {
	var n notice
	if control(d.listener, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n)) != nil { //nolint:gosec // the kernel's own structure
		return // the thread was killed meanwhile
	}
	r := reply{id: n.id}
	errno, late := d.judge(&n)
	if errno != 0 {
		r.err = -int32(errno)
	} else {
		r.flags = unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE
	}
	if errno != 0 || late {
		d.refused.Add(1)
	}
	send := func() {
		_ = control(d.listener, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&r)) //nolint:gosec // the kernel's own structure
	}
	if !late {
		send()
		return
	}
	d.held.Go(func() { // the others go on meanwhile
		time.Sleep(time.Duration(d.hold.Load()))
		send()
	})
}

// judge returns the error that a call gets, 0 to let it pass, and whether it is held up.
func (d *Disk) judge(n *notice) (errno unix.Errno, late bool) {
	type strike struct {
		fault Fault
		call  does
	}
	at := strike{Fault(d.fault.Load()), kindOf(n)}
	switch at {
	case strike{Full, writing}:
		if grows(n) {
			return unix.ENOSPC, false
		}
	case strike{ReadOnly, writing}, strike{ReadOnly, opening}:
		return unix.EROFS, false
	case strike{Unsynced, syncing}, strike{Unread, reading}:
		return unix.EIO, false
	case strike{Slow, syncing}, strike{Slow, writing}:
		return 0, true
	}
	return 0, false
}

// does is what a call does.
type does int

const (
	passing does = iota
	writing
	opening // for writing
	syncing
	reading
)

func kindOf(n *notice) does {
	switch n.call {
	case unix.SYS_FSYNC, unix.SYS_FDATASYNC:
		return syncing
	case unix.SYS_PREAD64:
		return reading
	case unix.SYS_OPENAT:
		const forWriting = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC
		if n.args[2]&forWriting != 0 {
			return opening
		}
		return passing
	}
	return writing
}

// grows reports whether a write ends beyond the end of its file.
func grows(n *notice) bool {
	end := n.args[1] // ftruncate
	switch n.call {
	case unix.SYS_PWRITE64:
		end = n.args[2] + n.args[3]
	case unix.SYS_FALLOCATE:
		end = n.args[2] + n.args[3]
	}
	info, err := os.Stat(fmt.Sprintf("/proc/%d/fd/%d", n.pid, n.args[0]))
	return err != nil && !errors.Is(err, fs.ErrNotExist) || err == nil && end > uint64(info.Size())
}

func control(fd int, request uint, data unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(request), uintptr(data)); errno != 0 {
		return errno
	}
	return nil
}

// watched are the system calls by which SQLite writes and reads.
func watched() []uint32 {
	return []uint32{
		unix.SYS_PWRITE64, unix.SYS_FTRUNCATE, unix.SYS_FALLOCATE, unix.SYS_FSYNC, unix.SYS_FDATASYNC, unix.SYS_OPENAT,
		unix.SYS_PREAD64,
	}
}

// filter is the program that hands the watched calls over and lets all others
// pass (BPF, linux/filter.h; the number of the call is the first word of struct
// seccomp_data).
func filter() []unix.SockFilter {
	calls := watched()
	program := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}}
	for i, call := range calls {
		program = append(program, unix.SockFilter{
			Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: call, Jt: uint8(len(calls) - i),
		})
	}
	return append(program,
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_USER_NOTIF})
}

// Offered reports whether this kernel lets a program watch another's calls.
func Offered() bool {
	action := uint32(unix.SECCOMP_RET_USER_NOTIF)
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action))) //nolint:gosec // the kernel's own structure
	return errno == 0
}
