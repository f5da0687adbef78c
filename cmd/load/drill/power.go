package drill

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"minyi/cmd/load/stage"
)

// Power cuts the power so many times while residents answer (F02): the ext4 file
// system below the data is shut down without a flush, the process is killed, the file
// system mounted again. Every answer that was acknowledged is there, and the doctor
// finds nothing.
func Power(cuts int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) (err error) {
		if err := rooted("mkfs.ext4"); err != nil {
			return err
		}
		const size, linksEach = 1 << 30, 2500
		v, err := makeVolume(ctx, filepath.Join(o.Dir, "disk.img"), filepath.Join(o.Dir, "disk"), size, "mkfs.ext4", "-q", "-F")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, v.unmount(ctx)) }()
		o.Dir = v.at
		s, err := open(ctx, o, cuts*linksEach)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		p := &power{site: s, out: out, disk: v}
		for n := range cuts {
			if err := p.cut(ctx, n); err != nil {
				return err
			}
		}
		out.count("cuts", cuts)
		out.count("sent", p.sent)
		out.count("acknowledged", p.acknowledged)
		out.time("restart", p.slowest)
		if p.slowest > restartLimit {
			out.wrong("a restart took %v, at most %v was allowed", p.slowest, restartLimit)
		}
		return s.closing(ctx, out, p.sent)
	}
}

type power struct {
	*site
	out                *Outcome
	disk               *volume
	sent, acknowledged int
	slowest            time.Duration
}

// cut lets residents answer, cuts, looks and starts again.
func (p *power) cut(ctx context.Context, n int) error {
	const residents, least = 32, 50
	l := p.busy(ctx, residents, 0)
	if !l.reached(ctx, least+p.chance(uint64(n)).IntN(4*least)) {
		p.out.wrong("only %d answers before cut %d: the drill saw little", len(l.acknowledged()), n+1)
	}
	if err := p.disk.cutPower(); err != nil {
		return &lackError{"a file system that can be shut down: " + err.Error()}
	}
	p.server.Kill()
	sheets := l.stop()
	if err := errors.Join(p.disk.unmount(ctx), p.disk.mount(ctx)); err != nil {
		return err
	}
	if err := stage.Doctor(ctx, p.Binary, p.folder.Dir); err != nil {
		p.out.wrong("after cut %d: %v", n+1, err)
	}
	if err := holds(ctx, p.folder, p.folder.Dir, p.out, l.acknowledged()); err != nil {
		return err
	}
	if err := p.up(ctx); err != nil {
		return err
	}
	p.slowest = max(p.slowest, p.server.Started)
	p.settled(ctx, p.out, sheets)
	p.sent += len(sheets)
	p.acknowledged += len(l.acknowledged())
	return ctx.Err()
}

// holds looks into a folder that no server runs on for every sheet.
func holds(ctx context.Context, f *stage.Folder, dir string, out *Outcome, sheets []*sheet) error {
	h, err := f.Examine(ctx, dir)
	if err != nil {
		return err
	}
	for _, one := range sheets {
		if !h.Has(one.link) {
			out.wrong("%s has a receipt and is not in the database", one.link.Path)
		}
	}
	if h.Stored != h.SpentLinks() || len(h.Wrong) > 0 {
		out.wrong("%d stored, %d links spent; check: %v", h.Stored, h.SpentLinks(), h.Wrong)
	}
	return nil
}

// Copies takes so many instant copies of the disk while residents answer (F03): the
// data lie on a file system in a file, and that file is copied by sharing its blocks
// on XFS. Each copy mounts, is sound, and has every answer that was acknowledged
// before it was taken.
func Copies(copies int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) (err error) {
		if err := rooted("mkfs.ext4", "mkfs.xfs"); err != nil {
			return err
		}
		const outer, inner = 3 << 30, 1 << 29
		store, err := makeVolume(ctx, filepath.Join(o.Dir, "store.img"), filepath.Join(o.Dir, "store"), outer, "mkfs.xfs", "-q", "-f", "-m", "reflink=1")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, store.unmount(ctx)) }()
		v, err := makeVolume(ctx, filepath.Join(store.at, "disk.img"), filepath.Join(o.Dir, "disk"), inner, "mkfs.ext4", "-q", "-F")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, v.unmount(ctx)) }()
		at := filepath.Join(o.Dir, "copy")
		o.Dir = v.at
		s, err := open(ctx, o, copies*linksOfCopy)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		l := s.busy(ctx, residentsOfCopy, 2*time.Millisecond)
		for n := range copies {
			l.reached(ctx, (n+1)*answersOfCopy)
			if err := s.copyDisk(ctx, out, store, at, l); err != nil {
				l.stop()
				return err
			}
		}
		sheets := l.undisturbed(out)
		out.count("copies", copies)
		out.count("answers", len(sheets))
		s.settled(ctx, out, sheets)
		return s.closing(ctx, out, len(sheets))
	}
}

// Residents answer for as long as copies are taken.
const (
	linksOfCopy     = 3000
	residentsOfCopy = 4
	answersOfCopy   = 20
)

// copyDisk takes one copy and looks into it.
func (s *site) copyDisk(ctx context.Context, out *Outcome, store *volume, at string, l *loading) (err error) {
	c := &volume{image: filepath.Join(store.at, "copy.img"), at: at}
	before := l.acknowledged()
	if err := clone(filepath.Join(store.at, "disk.img"), c.image); err != nil {
		return &lackError{"a file system that copies at once: " + err.Error()}
	}
	if err := errors.Join(os.MkdirAll(at, 0o700), c.mount(ctx)); err != nil {
		out.wrong("a copy does not mount: %v", err)
		return nil
	}
	defer func() { err = errors.Join(err, c.unmount(ctx), os.Remove(c.image)) }()
	return holds(ctx, s.folder, filepath.Join(at, "data"), out, before)
}
