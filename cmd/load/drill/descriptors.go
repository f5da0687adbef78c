package drill

import (
	"context"
	"net/http"
	"time"

	"minyi/cmd/load/stage"
)

// Descriptors gives the service 512 files and lets a thousand slow clients come (F07):
// the process lives, nobody gets a false receipt, and within five seconds of their
// leaving residents are served.
func Descriptors(ctx context.Context, o Options, out *Outcome) error {
	const allowed, clients, forms, limit = "512", 1000, 100, 5 * time.Second
	if err := files(2 * clients); err != nil {
		return err
	}
	s, err := open(ctx, o, 2*forms+1)
	if err != nil {
		return err
	}
	defer func() { s.server.Kill() }()
	if err := s.server.Stop(); err != nil {
		return err
	}
	s.start.Args = append([]string{"-c", "ulimit -n " + allowed + `; exec "$0" "$@"`, s.start.Binary}, s.start.Args...)
	s.start.Binary = "/bin/sh"
	if err := s.up(ctx); err != nil {
		return err
	}
	c, sheets, err := s.halfway(ctx, forms)
	if err != nil {
		return err
	}
	held, dismiss := context.WithCancel(ctx)
	defer dismiss()
	if err := c.gather(held, clients); err != nil {
		return err
	}
	time.Sleep(time.Second) // they hold what they have got
	out.count("clients", len(c.conns))
	if !s.server.Alive() {
		out.wrong("the server has ended")
	}
	dismiss()
	c.leave()
	s.served(ctx, out, limit)
	s.settled(ctx, out, sheets)
	return s.closing(ctx, out, len(sheets))
}

// halfway fills so many forms in that are not sent yet, and readies the crowd.
func (s *site) halfway(ctx context.Context, forms int) (*crowd, []*sheet, error) {
	links, err := s.take(forms)
	if err != nil {
		return nil, nil, err
	}
	sheets, err := s.fillAll(ctx, links)
	if err != nil {
		return nil, nil, err
	}
	c := &crowd{site: s, path: s.links[0].Path}
	c.file, err = s.largeFile(ctx)
	return c, sheets, err
}

// served waits until anybody is served again, and judges how long that took.
func (s *site) served(ctx context.Context, out *Outcome, limit time.Duration) {
	begin := time.Now()
	for served := false; !served && time.Since(begin) < 2*limit && ctx.Err() == nil; {
		status, _, err := stage.Get(ctx, "http://"+s.server.Address+"/healthz")
		served = err == nil && status == http.StatusOK
	}
	out.time("again", time.Since(begin))
	if time.Since(begin) > limit {
		out.wrong("served again only %v after they had left", time.Since(begin))
	}
}
