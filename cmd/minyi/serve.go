package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"github.com/spf13/cobra"

	"minyi/indicators/fault"
)

func serveCommand() *cobra.Command {
	var cfg config
	cmd := &cobra.Command{
		Use:  "serve",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cfg.fill(cmd); err != nil {
				return err
			}
			if cfg.data == "" {
				cfg.data = defaultData
			}
			return serve(cmd, &cfg)
		},
	}
	cfg.flags(cmd.Flags(), defaultListen)
	cfg.serveFlags(cmd.Flags())
	return cmd
}

func serve(cmd *cobra.Command, cfg *config) (err error) {
	ctx := cmd.Context()
	dir, err := folder(cfg.data)
	if err != nil {
		return inWords(cmd, err)
	}
	if isDemo(dir) {
		return fault.New(fault.Conflict, "folder.demo", "dir", dir)
	}
	unlock, err := lock(dir)
	if err != nil {
		return inWords(cmd, err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := cfg.migrate(cmd, dir); err != nil {
		return err
	}
	l, err := openDoor(ctx, cfg)
	if err != nil {
		return err
	}
	if cfg.base == "" {
		cfg.base = baseURL(l)
	}
	roomy(ctx)
	log, flush := logger(os.Stderr)
	defer flush()
	h, err := build(ctx, setup{
		config: *cfg, dir: dir, now: time.Now, log: log, secure: cfg.cert != "" || len(cfg.proxies) > 0,
	})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	unburden()
	defer h.meters.serve(ctx, cfg.metrics, log)()
	h.log.Info("serving", slog.String("address", l.Addr().String()), slog.String("base", cfg.base))
	if err := notify(ctx, notifyReady); err != nil {
		h.log.Warn("not told", slog.Any("error", err))
	}
	return errors.Join(h.run(ctx, l), h.Close())
}

// openDoor listens, with TLS when a certificate is named. Plain HTTP is served
// on loopback, or behind a named proxy, only.
func openDoor(ctx context.Context, cfg *config) (net.Listener, error) {
	l, err := listen(ctx, cfg.listen)
	if err != nil {
		return nil, err
	}
	addr, _ := l.Addr().(*net.TCPAddr)
	if cfg.cert == "" {
		if len(cfg.proxies) == 0 && (addr == nil || !addr.IP.IsLoopback()) {
			return nil, errors.Join(l.Close(), usageError{errNotLoopback(cfg.listen)})
		}
		return l, nil
	}
	pair, err := tls.LoadX509KeyPair(cfg.cert, cfg.key)
	if err != nil {
		return nil, errors.Join(l.Close(), fmt.Errorf("certificate: %w", err))
	}
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: suites(), Certificates: []tls.Certificate{pair}}), nil
}

// suites are the ciphers of TLS 1.2: with keys that end with the connection, and bytes
// and their check in one (RFC 9325, 4.2; those of TLS 1.3 are Go's own).
func suites() []uint16 {
	return []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	}
}

// lock keeps a second process from serving the same folder, and refuses one that this
// process may not write (F06): everybody would read that nothing can be stored.
func lock(dir string) (unlock func() error, err error) {
	l := flock.New(filepath.Join(dir, "lock"))
	got, err := l.TryLock()
	if err != nil {
		return nil, unwritable(dir, err)
	}
	if !got {
		return nil, fault.New(fault.Conflict, "folder.served", "dir", dir)
	}
	if err := (&probe{dir: dir}).write(); err != nil {
		return nil, errors.Join(unwritable(dir, err), l.Unlock())
	}
	return l.Unlock, nil
}

// unwritable refuses a folder, with what the system says about it.
func unwritable(dir string, err error) error {
	cause := err.Error()
	if errno, is := errors.AsType[syscall.Errno](err); is {
		cause = errno.Error()
	}
	return fault.New(fault.Unavailable, "folder.unwritable", "dir", dir, "cause", cause)
}

// demoFile marks a demo's folder and keeps its passwords.
const demoFile = "demo.json"

func isDemo(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, demoFile))
	return err == nil
}
