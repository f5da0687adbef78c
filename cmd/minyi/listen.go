package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"minyi/indicators/fault"
)

// patientListener goes on when the process has no descriptor left for a new
// connection: fasthttp would otherwise end the whole service over it. When it is
// closed it hangs up on connections that have not said a word: browsers open
// such ones in advance, and a stop would wait for them until their time is out.
type patientListener struct {
	net.Listener
	silent *silent
}

const patience = 50 * time.Millisecond

// Accept waits for a connection.
func (l patientListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED) {
			time.Sleep(patience)
			continue
		}
		if err != nil {
			return nil, err
		}
		return l.silent.add(c), nil
	}
}

// Close stops listening and hangs up on the silent.
func (l patientListener) Close() error {
	err := l.Listener.Close()
	l.silent.hangUp()
	return err
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, usageError{fault.New(fault.Invalid, "command.invalid", "value", address, "name", "--listen")}
	}
	var cfg net.ListenConfig
	l, err := cfg.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return patientListener{Listener: l, silent: &silent{conns: map[net.Conn]bool{}}}, nil
}

// baseURL is the address that links and QR codes carry when none is set: the
// listening one; for 0.0.0.0 or :: this machine's address on its network, so
// that a phone can scan.
func baseURL(l net.Listener) string {
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return "http://" + l.Addr().String()
	}
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = ownAddress()
	}
	return "http://" + net.JoinHostPort(host, fmt.Sprint(addr.Port))
}

// loopbackURL is the address of a listener for people at this machine.
func loopbackURL(l net.Listener) string {
	if addr, ok := l.Addr().(*net.TCPAddr); ok && addr.IP.IsUnspecified() {
		return "http://" + net.JoinHostPort("127.0.0.1", fmt.Sprint(addr.Port))
	}
	return baseURL(l)
}

// ownAddress is the first private or global address of an interface that is up.
func ownAddress() string {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return "127.0.0.1"
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsGlobalUnicast() {
			return n.IP.String()
		}
	}
	return "127.0.0.1"
}
