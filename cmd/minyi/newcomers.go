package main

import (
	"net"
	"sync"

	"github.com/valyala/fasthttp"
)

// newcomers are connections over which nothing has come yet, such as browsers
// open in advance. The server would wait for them when it stops: nothing is in
// hand on them, so they are closed.
type newcomers struct {
	mu   sync.Mutex
	here map[net.Conn]bool
	over bool
}

// watch is called by the server with every change of a connection.
func (n *newcomers) watch(c net.Conn, state fasthttp.ConnState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if state != fasthttp.StateNew {
		delete(n.here, c)
		return
	}
	if n.over {
		_ = c.Close()
		return
	}
	if n.here == nil {
		n.here = map[net.Conn]bool{}
	}
	n.here[c] = true
}

// dismiss closes them, and whoever comes after.
func (n *newcomers) dismiss() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.over = true
	for c := range n.here {
		_ = c.Close()
	}
}
