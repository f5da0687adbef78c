package drill

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"filippo.io/age"
)

// Backup backs a service up again and again while residents answer, and restores each
// backup elsewhere (F12): doctor finds nothing, and what was acknowledged before a
// backup began is in it. Then so many backups and restores are killed at random
// moments: a file or folder with the final name is whole, or is not there.
func Backup(backups, kills int, every time.Duration) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		const residents = 8
		s, err := open(ctx, o, 4000+2000*(backups+kills))
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		b := &saving{site: s, out: out, l: s.busy(ctx, residents, 5*time.Millisecond)}
		if err := b.key(); err != nil {
			return err
		}
		for n := range backups {
			if n > 0 {
				time.Sleep(every)
			}
			if err := b.round(ctx); err != nil {
				b.l.stop()
				return err
			}
		}
		for n := range kills {
			b.killed(ctx, n)
		}
		sheets := b.l.undisturbed(out)
		out.count("backups", backups)
		out.count("killed", 2*kills)
		out.count("whole", b.whole)
		out.count("answers", len(sheets))
		s.settled(ctx, out, sheets)
		return s.closing(ctx, out, len(sheets))
	}
}

type saving struct {
	*site
	out           *Outcome
	l             *loading
	recipient     string
	identity      string // file
	whole         int    // files and folders that stood after a kill
	took, restore time.Duration
}

func (b *saving) key() error {
	pair, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	b.recipient, b.identity = pair.Recipient().String(), filepath.Join(b.Dir, "identity")
	return os.WriteFile(b.identity, []byte(pair.String()+"\n"), 0o600)
}

func (b *saving) paths() (file, dir string) {
	return filepath.Join(b.Dir, "saved.age"), filepath.Join(b.Dir, "restored")
}

func (b *saving) backup(file string) []string {
	return []string{"backup", file, "--data", b.folder.Dir, "--recipient", b.recipient}
}

func (b *saving) restoring(file, dir string) []string {
	return []string{"restore", file, "--data", dir, "--identity", b.identity}
}

// round backs up and restores elsewhere.
func (b *saving) round(ctx context.Context) error {
	file, dir := b.paths()
	defer func() { _ = errors.Join(os.RemoveAll(file), os.RemoveAll(dir)) }()
	before, begin := b.l.acknowledged(), time.Now()
	b.command(ctx, b.out, b.backup(file), "")
	b.took = max(b.took, time.Since(begin))
	begin = time.Now()
	b.command(ctx, b.out, b.restoring(file, dir), "") // ends with what doctor says
	b.restore = max(b.restore, time.Since(begin))
	b.out.time("took", b.took)
	b.out.time("restore", b.restore)
	if len(b.out.Wrong) > 0 {
		return nil
	}
	return holds(ctx, b.folder, dir, b.out, before)
}

// killed kills a backup, then a restore of a whole one, each at a random moment.
func (b *saving) killed(ctx context.Context, n int) {
	file, dir := b.paths()
	defer func() { _ = errors.Join(os.RemoveAll(file), os.RemoveAll(dir)) }()
	chance := b.chance(1<<41 + uint64(n))
	b.cut(ctx, b.backup(file), time.Duration(chance.Int64N(int64(b.took))))
	if there(file) {
		b.whole++
	} else {
		b.command(ctx, b.out, b.backup(file), "")
	}
	b.cut(ctx, b.restoring(file, dir), time.Duration(chance.Int64N(int64(b.restore))))
	if there(dir) {
		b.whole++
		b.command(ctx, b.out, []string{"doctor", "--data", dir}, "")
		return
	}
	b.command(ctx, b.out, b.restoring(file, dir), "")
}

// cut starts a command and kills it after so long.
func (b *saving) cut(ctx context.Context, args []string, after time.Duration) {
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, b.Binary, args...) //nolint:gosec // the program under load
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		b.out.wrong("%v: %v", args, err)
		return
	}
	time.Sleep(after)
	_ = cmd.Process.Kill() // it may have ended by itself
	_ = cmd.Wait()
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
