// Package publiclog reads a public log as strangers do, from its address or from a
// folder, and checks it: every leaf, every tile, every checkpoint, a receipt. It is
// what minyi verify and minyi witness are made of, and trusts no server.
package publiclog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

// maxFile bounds what is read of one file of a log.
const maxFile = 16 << 20

// Source reads the files of one log by their addresses below it, such as
// "checkpoint" or "tile/0/000"; a file that is not there is refused with NotFound
// ledger.notile.
type Source interface {
	Read(ctx context.Context, path string) ([]byte, error)
}

// Folder is a copy of a log's files.
type Folder string

// Read reads one file.
func (f Folder) Read(_ context.Context, path string) ([]byte, error) {
	if !filepath.IsLocal(path) {
		return nil, missing()
	}
	raw, err := os.ReadFile(filepath.Join(string(f), filepath.FromSlash(path)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing()
	}
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	return raw, nil
}

// Site is a log at its address, without a slash at the end.
type Site string

// SiteOf is the log of that name at the base address of a service.
func SiteOf(base, name string) Site { return Site(strings.TrimSuffix(base, "/") + "/ledger/" + name) }

// Read fetches one file.
func (s Site) Read(ctx context.Context, path string) ([]byte, error) {
	return fetch(ctx, http.MethodGet, string(s)+"/"+path, "")
}

// Post hands a cosigned checkpoint to the log.
func (s Site) Post(ctx context.Context, signed []byte) error {
	_, err := fetch(ctx, http.MethodPost, string(s)+"/cosignature", string(signed))
	return err
}

// Names lists the logs of a service.
func Names(ctx context.Context, base string) ([]string, error) {
	raw, err := fetch(ctx, http.MethodGet, strings.TrimSuffix(base, "/")+"/ledger/logs.txt", "")
	return strings.Fields(string(raw)), err
}

func fetch(ctx context.Context, method, address, body string) (raw []byte, err error) {
	const patience = time.Minute
	ctx, done := context.WithTimeout(ctx, patience)
	defer done()
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode == http.StatusNotFound {
		return nil, missing()
	}
	if res.StatusCode >= http.StatusBadRequest {
		return nil, fmt.Errorf("log: %s: %s", address, res.Status)
	}
	raw, err = io.ReadAll(io.LimitReader(res.Body, maxFile))
	if err != nil {
		return nil, fmt.Errorf("log: %s: %w", address, err)
	}
	return raw, nil
}

func missing() error { return fault.New(fault.NotFound, "ledger.notile") }

// Verifiers reads the lines of verifiers; lines that begin with # and empty ones are
// left out.
func Verifiers(text string) (out []ledger.Verifier, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		v, err := ledger.NewVerifier(line)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "ledger.key")
	}
	return out, nil
}

// Of are the verifiers of one name: those that a log has signed with.
func Of(all []ledger.Verifier, name string) (out []ledger.Verifier) {
	for _, v := range all {
		if v.Name() == name {
			out = append(out, v)
		}
	}
	return out
}

// NameOf is the name of a log in its address, from its origin.
func NameOf(origin string) string { return origin[strings.LastIndexByte(origin, '/')+1:] }
