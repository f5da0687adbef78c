package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Build builds a command of this module into a folder and returns its path. It
// needs the go command and a working directory inside the module.
func Build(ctx context.Context, pkg, dir string, flags ...string) (string, error) {
	out := filepath.Join(dir, filepath.Base(pkg))
	args := append(append([]string{"build", "-buildvcs=false", "-o", out}, flags...), pkg)
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own package
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, said)
	}
	return out, nil
}

// Server is a running server process.
type Server struct {
	Address string        // host:port
	Started time.Duration // from the start of the process until it was ready
	pid     int
	cmd     *exec.Cmd
	exited  chan error
	log     *os.File
}

// Command says how a server is started. Args must hold the listening address.
type Command struct {
	Binary  string
	Args    []string
	Address string // host:port that Args name
	Ready   string // path that answers 200 when the server is ready
	Log     string // file that takes what it says
	Env     []string
	Files   []*os.File    // given to the process beside the usual three
	Limit   time.Duration // until it is ready; 0: a minute
	Begun   func() error  // called when the process runs, before it is ready
}

// Serve is the command of the real service on a prepared folder.
func Serve(binary, dir string) (Command, error) {
	address, err := FreeAddress()
	if err != nil {
		return Command{}, err
	}
	return Command{
		Binary: binary, Args: []string{"serve", "--data", dir, "--listen", address, "--base", "http://" + address, "--second-factor", "off"},
		Address: address, Ready: "/readyz", Log: filepath.Join(filepath.Dir(dir), "server.log"),
	}, nil
}

// FreeAddress finds a port of this machine that nobody listens on.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // listens for a moment only
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// Running is a server that somebody else started; pid is 0 where it is not on
// this machine.
func Running(address string, pid int) *Server { return &Server{Address: address, pid: pid} }

const (
	startLimit = 60 * time.Second
	startStep  = 2 * time.Millisecond
)

// errStart means that a server ended before it was ready.
var errStart = errors.New("the server ended before it was ready")

// Start starts the process and waits until it is ready.
func Start(ctx context.Context, c Command) (*Server, error) {
	s := &Server{Address: c.Address, exited: make(chan error, 1)}
	var err error
	if s.log, err = os.OpenFile(c.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return nil, fmt.Errorf("log of the server: %w", err)
	}
	s.cmd = exec.CommandContext(ctx, c.Binary, c.Args...) //nolint:gosec // the program under load
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.cmd.Env, s.cmd.ExtraFiles = append(os.Environ(), c.Env...), c.Files
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	s.pid = s.cmd.Process.Pid
	go func() { s.exited <- s.cmd.Wait() }()
	if c.Begun != nil {
		err = c.Begun()
	}
	if err == nil {
		err = s.wait(ctx, c.Ready, max(c.Limit, startLimit))
	}
	if err != nil {
		s.Kill()
		return nil, fmt.Errorf("%w: see %s", err, c.Log)
	}
	s.Started = time.Since(begin)
	return s, nil
}

func (s *Server) wait(ctx context.Context, path string, limit time.Duration) error {
	until := time.Now().Add(limit)
	for time.Now().Before(until) {
		select {
		case err := <-s.exited:
			s.exited <- err
			return errors.Join(errStart, err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(startStep):
		}
		if status, _, err := Get(ctx, "http://"+s.Address+path); err == nil && status == http.StatusOK {
			return nil
		}
	}
	return errStart
}

// Get asks once, over a connection of its own.
func Get(ctx context.Context, url string) (status int, body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, err
	}
	r.Close = true
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, body, err
}

// Alive reports whether the process still runs.
func (s *Server) Alive() bool {
	select {
	case err := <-s.exited:
		s.exited <- err
		return false
	default:
		return true
	}
}

// Exited waits for the end of the process, at most so long, and reports whether
// it has ended.
func (s *Server) Exited(limit time.Duration) bool {
	select {
	case err := <-s.exited:
		s.exited <- err
		return true
	case <-time.After(limit):
		return false
	}
}

// Kill ends the process without a warning (SIGKILL) and waits for its end.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill() // it may have ended by itself
	s.end()
}

// Stop asks the process to end (SIGTERM), and kills it when it does not within
// 15 s.
func (s *Server) Stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	const patience = 15 * time.Second
	if !s.Exited(patience) {
		s.Kill()
		return errors.New("the server did not end when asked to")
	}
	s.end()
	return nil
}

// Ended asks the process to end (SIGTERM) and wants it to end by itself, with status 0.
func (s *Server) Ended() error {
	if err := s.Stop(); err != nil {
		return err
	}
	err := <-s.exited
	s.exited <- err
	return err
}

func (s *Server) end() {
	err := <-s.exited
	s.exited <- err
	_ = s.log.Close() // closing twice does no harm
}

// PID is the number of the process; 0 where it is not known.
func (s *Server) PID() int { return s.pid }
