package drill

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// volume is a file system in a file, mounted through a loop device.
type volume struct {
	image, at string
	mounted   bool
}

// rooted says what is lacking to mount anything.
func rooted(programs ...string) error {
	if os.Geteuid() != 0 {
		return &lackError{"root, to mount file systems"}
	}
	for _, name := range append(programs, "mount", "umount") {
		if _, err := exec.LookPath(name); err != nil {
			return &lackError{"the program " + name}
		}
	}
	return nil
}

// makeVolume makes a file of that size with a file system in it, and mounts it.
func makeVolume(ctx context.Context, image, at string, size int64, mkfs ...string) (*volume, error) {
	if err := errors.Join(os.WriteFile(image, nil, 0o600), os.Truncate(image, size), os.MkdirAll(at, 0o700)); err != nil {
		return nil, err
	}
	if err := command(ctx, append(mkfs, image)...); err != nil {
		return nil, &lackError{fmt.Sprintf("a file system of its own: %v", err)}
	}
	v := &volume{image: image, at: at}
	if err := v.mount(ctx); err != nil {
		return nil, &lackError{fmt.Sprintf("a loop device: %v", err)}
	}
	return v, nil
}

func (v *volume) mount(ctx context.Context) error {
	err := command(ctx, "mount", "-o", "loop", v.image, v.at)
	v.mounted = err == nil
	return err
}

func (v *volume) unmount(ctx context.Context) error {
	if !v.mounted {
		return nil
	}
	err := command(context.WithoutCancel(ctx), "umount", v.at)
	v.mounted = err != nil
	return err
}

func command(ctx context.Context, args ...string) error {
	said, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput() //nolint:gosec // a drill's own
	if err != nil {
		return fmt.Errorf("%s: %w: %s", args[0], err, said)
	}
	return nil
}

// What FS_IOC_SHUTDOWN is told (linux/fs.h, fs/ext4/ext4.h): end without a flush, as
// when the power is cut.
const (
	shutdownCall = 0x8004587d
	noFlush      = 2
)

// cutPower ends the file system at once: nothing more reaches the file below it, not
// even what waits in its journal.
func (v *volume) cutPower() error {
	f, err := os.Open(v.at)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.IoctlSetPointerInt(int(f.Fd()), shutdownCall, noFlush)
}

// clone makes an instant copy of a file on a file system that shares blocks.
func clone(from, to string) (err error) {
	in, err := os.Open(filepath.Clean(from))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(unix.IoctlFileClone(int(out.Fd()), int(in.Fd())), out.Close())
}
