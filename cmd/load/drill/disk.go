package drill

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"

	"minyi/cmd/load/disk"
	"minyi/cmd/load/drive"
	"minyi/cmd/load/paper"
	"minyi/cmd/load/stage"
)

// Disk lets the disk under the server fail. While it does, nobody may get a
// receipt, and residents must read that the answer is not stored yet with
// everything typed still there; when it is sound again, the same forms sent
// again must be stored. After a failed sync nobody knows what is on the disk, so
// the server must end and read it anew at its next start. On a disk that cannot be read,
// or is slow, a receipt may come, and must be true.
func Disk(fault disk.Fault) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		if !disk.Offered() {
			return &lackError{lacksWatch}
		}
		return (&failing{out: out, fault: fault}).drill(ctx, o)
	}
}

// SlowDisk lets every write and sync of the server take so much longer; else it is as
// Disk.
func SlowDisk(longer time.Duration) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		if !disk.Offered() {
			return &lackError{lacksWatch}
		}
		out.time("longer", longer)
		return (&failing{out: out, fault: disk.Slow, longer: longer}).drill(ctx, o)
	}
}

// Limited lets no file of the server grow, nor be written, beyond its first page, as a
// limit of file sizes does (RLIMIT_FSIZE); else it is as Disk.
func Limited(ctx context.Context, o Options, out *Outcome) error {
	return (&failing{out: out, limited: true}).drill(ctx, o)
}

// drill prepares a folder, starts the server on a disk that can fail, and lets it.
func (f *failing) drill(ctx context.Context, o Options) (err error) {
	const before, during, after = 200, 100, 20
	if f.site, err = open(ctx, o, before+during+after); err != nil {
		return err
	}
	defer func() { f.server.Kill() }()
	if !f.limited {
		if err := f.server.Stop(); err != nil {
			return err
		}
		if f.fault == disk.ReadOnly {
			f.refuses(ctx)
		}
		if err := f.watched(ctx, disk.Sound); err != nil {
			return err
		}
		defer func() { _ = f.disk.Close() }()
	}
	return f.run(ctx, before, during, after)
}

// lacksWatch is what the disk drills need.
const lacksWatch = "seccomp user notification (Linux 5.5)"

type failing struct {
	*site
	out     *Outcome
	fault   disk.Fault
	disk    *disk.Disk
	limited bool // by the size of files, and not by a disk
	longer  time.Duration
}

// works reports whether answers can be stored in spite of the fault.
func (f *failing) works() bool { return f.fault == disk.Unread || f.fault == disk.Slow }

// fail lets the disk fail, or be sound again.
func (f *failing) fail(now bool) error {
	switch {
	case f.limited:
		limit := unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}
		if now {
			limit.Cur = uint64(os.Getpagesize())
		}
		if err := unix.Prlimit(f.server.PID(), unix.RLIMIT_FSIZE, &limit, nil); err != nil {
			return fmt.Errorf("limit of file sizes: %w", err)
		}
	case now:
		f.disk.Hold(f.longer)
		f.disk.Set(f.fault)
	default:
		f.disk.Set(disk.Sound)
	}
	return nil
}

// refuses starts the server on a folder that cannot be written from the first: it must
// end at once with a sentence that names the folder.
func (f *failing) refuses(ctx context.Context) {
	err := f.watched(ctx, f.fault)
	if err == nil {
		f.out.wrong("the server runs on a folder that cannot be written")
		f.server.Kill()
	}
	var ended *exec.ExitError
	said, _ := os.ReadFile(f.start.Log)
	line := said[bytes.LastIndexByte(bytes.TrimSpace(said), '\n')+1:]
	if !errors.As(err, &ended) || ended.ExitCode() != 1 || !bytes.Contains(line, []byte(f.folder.Dir)) || !bytes.Contains(line, []byte("--data")) {
		f.out.wrong("started on a folder that cannot be written: %v, and it said %q", err, line)
	}
	if f.disk != nil {
		_ = f.disk.Close() // its process has ended
	}
}

// watched starts the server on a disk that can be made to fail, and is so from the first.
func (f *failing) watched(ctx context.Context, first disk.Fault) error {
	command := f.start
	wrapped, parent, child, err := disk.Wrap(f.Self, command.Binary, command.Args)
	if err != nil {
		return err
	}
	command.Binary, command.Args, command.Files = wrapped[0], wrapped[1:], []*os.File{child}
	command.Begun = func() error {
		if err := child.Close(); err != nil {
			return err
		}
		f.disk, err = disk.Attach(ctx, parent, first)
		return err
	}
	server, err := stage.Start(ctx, command)
	if errors.Is(err, disk.ErrUnwatched) {
		return &lackError{lacksWatch}
	}
	if err == nil {
		f.server = server
	}
	return err
}

func (f *failing) run(ctx context.Context, before, during, after int) error {
	links, err := f.take(before + during + after)
	if err != nil {
		return err
	}
	sheets, err := f.fillAll(ctx, links)
	if err != nil {
		return err
	}
	sound, failed := sheets[:before], sheets[before:before+during]
	f.settled(ctx, f.out, sound)
	if err := f.fail(true); err != nil {
		return err
	}
	f.broken(ctx, failed)
	if f.fault == disk.Unread {
		f.looks(ctx)
	}
	if err := f.after(ctx); err != nil {
		return err
	}
	f.health(ctx, http.StatusOK)
	f.settled(ctx, f.out, sheets)
	f.out.count("answers", len(sheets))
	return f.closing(ctx, f.out, len(sheets))
}

// looks reads what no form needs: whatever comes, it comes, and the server goes on.
func (f *failing) looks(ctx context.Context) {
	for _, path := range []string{"/", "/notices", "/ledger", "/readyz"} {
		if _, _, err := stage.Get(ctx, "http://"+f.server.Address+path); err != nil {
			f.out.wrong("%s: %v", path, err)
		}
	}
	_, _ = stage.Enter(ctx, "http://"+f.server.Address, f.folder.Agency) // cannot be looked up now
}

// after looks at the server while the disk still fails, and mends it.
func (f *failing) after(ctx context.Context) error {
	if !f.limited {
		f.out.count("refused", int(f.disk.Refused()))
		if f.disk.Refused() == 0 {
			f.out.wrong("the disk was never used while it failed: the drill saw nothing")
		}
	}
	switch {
	case f.fault == disk.Unsynced:
		if err := f.ended(ctx); err != nil {
			return err
		}
	case f.works():
		if _, _, err := stage.Get(ctx, "http://"+f.server.Address+"/healthz"); err != nil || !f.server.Alive() {
			f.out.wrong("the server is gone: %v", err)
		}
	default:
		f.health(ctx, http.StatusServiceUnavailable)
	}
	return f.fail(false)
}

// broken sends forms while the disk fails: no receipt, unless answers can be stored in
// spite of it, and where an answer comes at all it is 503 with the form, everything
// typed still in it, and when to come again.
func (f *failing) broken(ctx context.Context, sheets []*sheet) {
	conns, wait := 16, patience
	if f.works() {
		conns, wait = len(sheets), brokenPatience
	}
	begin, counts := time.Now(), map[string]int{}
	f.sendWithin(ctx, wait, sheets, conns, func(one *sheet, r drive.Reply, err error) {
		if err != nil && f.fault != disk.Unsynced {
			f.out.wrong("%s: no answer: %v", one.link.Path, err)
		}
		if err != nil {
			counts["cut"]++
		} else {
			counts[f.reply(one, r)]++
		}
	})
	for _, name := range []string{"told", "cut", "meanwhile"} {
		f.out.count(name, counts[name])
	}
	f.out.time("took", time.Since(begin))
}

// reply judges one answer of the server while the disk fails.
func (f *failing) reply(one *sheet, r drive.Reply) (what string) {
	receipt := paper.Receipt(r.Body)
	switch {
	case f.works() && r.Status == http.StatusOK && receipt != "":
		one.receipt = receipt // must come again when the form is sent again
		return "meanwhile"
	case receipt != "" || r.Status == http.StatusOK:
		f.out.wrong("%s: a false receipt: status %d, %q", one.link.Path, r.Status, receipt)
	case r.Status != http.StatusServiceUnavailable || !bytes.Contains(r.Body, ticket(one.request)) || !r.Later:
		f.out.wrong("%s: status %d, form kept: %v, says when: %v", one.link.Path, r.Status, bytes.Contains(r.Body, ticket(one.request)), r.Later)
	default:
		return "told"
	}
	return "wrong"
}

// brokenPatience is longer than the server lets anybody wait.
const brokenPatience = 45 * time.Second

// ticket is the key of a form that was sent: the resident's own form must come
// back with it, so that sending again is a resend.
func ticket(request []byte) []byte {
	_, rest, _ := bytes.Cut(request, []byte("_form="))
	value, _, _ := bytes.Cut(rest, []byte("&"))
	return value
}

// health asks whether the process lives although its disk fails, and tells that it is
// not ready, or is again.
func (f *failing) health(ctx context.Context, ready int) {
	for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": ready} {
		status := 0
		for range 100 { // the last word on readiness counts for a second
			var err error
			if status, _, err = stage.Get(ctx, "http://"+f.server.Address+path); err != nil || status == want || ctx.Err() != nil {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if status != want {
			f.out.wrong("%s: %d, want %d", path, status, want)
		}
	}
}

// ended waits for the end of a server that has lost a sync, and starts it on a
// sound disk.
func (f *failing) ended(ctx context.Context) error {
	const limit = 15 * time.Second
	if !f.server.Exited(limit) {
		f.out.wrong("the server goes on after a failed sync")
		f.server.Kill()
	}
	return f.up(ctx)
}
