package drill

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"time"

	"minyi/cmd/load/disk"
	"minyi/cmd/load/drive"
	"minyi/cmd/load/paper"
	"minyi/cmd/load/stage"
)

// Disk lets the disk under the server fail. While it does, nobody may get a
// receipt, and residents must read that the answer is not stored yet with
// everything typed still there; when it is sound again, the same forms sent
// again must be stored. After a failed sync nobody knows what is on the disk, so
// the server must end and read it anew at its next start.
func Disk(fault disk.Fault) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		if !disk.Offered() {
			return &lackError{lacksWatch}
		}
		const before, during, after = 200, 100, 20
		s, err := open(ctx, o, before+during+after)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		if err := s.server.Stop(); err != nil {
			return err
		}
		f := &failing{site: s, out: out, fault: fault}
		if err := f.watched(ctx); err != nil {
			return err
		}
		defer func() { _ = f.disk.Close() }()
		return f.run(ctx, before, during, after)
	}
}

// lacksWatch is what the disk drills need.
const lacksWatch = "seccomp user notification (Linux 5.5)"

type failing struct {
	*site
	out   *Outcome
	fault disk.Fault
	disk  *disk.Disk
}

// watched starts the server on a disk that can be made to fail.
func (f *failing) watched(ctx context.Context) error {
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
		f.disk, err = disk.Attach(ctx, parent)
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
	f.disk.Set(f.fault)
	f.broken(ctx, failed)
	f.out.count("refused", int(f.disk.Refused()))
	if f.disk.Refused() == 0 {
		f.out.wrong("the disk was never written to while it failed: the drill saw nothing")
	}
	if f.fault == disk.Unsynced {
		if err := f.ended(ctx); err != nil {
			return err
		}
	} else {
		f.health(ctx, http.StatusServiceUnavailable)
	}
	f.disk.Set(disk.Sound)
	f.health(ctx, http.StatusOK)
	f.settled(ctx, f.out, sheets)
	f.out.count("answers", len(sheets))
	return f.closing(ctx, f.out, len(sheets))
}

// broken sends forms while the disk fails: no receipt, and where an answer
// comes at all it is 503 with the form, everything typed still in it.
func (f *failing) broken(ctx context.Context, sheets []*sheet) {
	answered, cut := 0, 0
	f.send(ctx, sheets, 16, func(one *sheet, r drive.Reply, err error) {
		switch {
		case err != nil:
			cut++
			if f.fault != disk.Unsynced {
				f.out.wrong("%s: no answer: %v", one.link.Path, err)
			}
		case paper.Receipt(r.Body) != "" || r.Status == http.StatusOK:
			f.out.wrong("%s: a false receipt: status %d, %q", one.link.Path, r.Status, paper.Receipt(r.Body))
		case r.Status != http.StatusServiceUnavailable || !bytes.Contains(r.Body, ticket(one.request)):
			f.out.wrong("%s: status %d, form kept: %v", one.link.Path, r.Status, bytes.Contains(r.Body, ticket(one.request)))
		default:
			answered++
		}
	})
	f.out.count("told", answered)
	f.out.count("cut", cut)
}

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
