package measure

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/paper"
	"minyi/cmd/load/stage"
)

// need is how many links one service needs for the whole run.
func (s *session) need() int {
	const spare = 100
	turns := s.Rounds*len(s.Conns) + 1 // and the open loop
	return turns*s.Submissions + spare
}

// open prepares the services and the baselines.
func (s *session) open(ctx context.Context) (err error) {
	if s.door, err = s.service(ctx, "door", s.need()); err != nil {
		return err
	}
	if s.Bare != "" {
		product := s.Binary
		s.Binary = s.Bare
		s.bare, err = s.service(ctx, "bare", s.need())
		if s.Binary = product; err != nil {
			return err
		}
	}
	if err := s.learn(ctx); err != nil {
		return err
	}
	if s.Stored > 0 {
		if s.full, err = s.service(ctx, "stored", s.need()+s.Stored); err != nil {
			return err
		}
		if err := s.fill(ctx, s.full, s.Stored); err != nil {
			return err
		}
	}
	if s.none, err = s.baseline(ctx, "none"); err != nil {
		return err
	}
	if s.each, err = s.baseline(ctx, "each", "--store", filepath.Join(s.Dir, "each.db")); err != nil {
		return err
	}
	if s.PocketBase != "" {
		if s.pocket, err = openPocket(ctx, s.PocketBase, filepath.Join(s.Dir, "pocketbase")); err != nil {
			return err
		}
		s.servers = append(s.servers, s.pocket.server)
	}
	return nil
}

// service prepares a data folder, starts the real service on it and fetches its
// links.
func (s *session) service(ctx context.Context, name string, links int, env ...string) (*contestant, error) {
	s.note(name, links)
	dir := filepath.Join(s.Dir, name, "data")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	folder, err := stage.Prepare(ctx, dir, links)
	if err != nil {
		return nil, err
	}
	command, err := stage.Serve(s.Binary, dir)
	if err != nil {
		return nil, err
	}
	command.Env = env
	server, err := stage.Start(ctx, command)
	if err != nil {
		return nil, err
	}
	s.servers = append(s.servers, server)
	agency, err := stage.Enter(ctx, "http://"+server.Address, folder.Agency)
	if err != nil {
		return nil, err
	}
	all, err := agency.Links(ctx, folder)
	return &contestant{server: server, links: all}, err
}

// fill lets so many residents answer before anything is measured.
func (s *session) fill(ctx context.Context, c *contestant, answers int) error {
	const chunk, conns = 20_000, 256
	for done := 0; done < answers; done += chunk {
		links, err := c.take(min(chunk, answers-done))
		if err != nil {
			return err
		}
		posts, err := forms(ctx, c.server, &s.papers, links, s.Options)
		if err != nil {
			return err
		}
		r := drive.Load{Address: c.server.Address, Conns: conns, Requests: posts, Timeout: patience, Good: []int{http.StatusOK}}.Run(ctx)
		if int(r.Good) != len(links) {
			return fmt.Errorf("%w: %v", errPages, r.Errors)
		}
		s.note("stored", done+len(links))
	}
	return nil
}

// learn reads the questionnaire, answers once, and keeps the page of thanks for
// the baselines.
func (s *session) learn(ctx context.Context) error {
	link, err := s.door.take(1)
	if err != nil {
		return err
	}
	status, page, err := stage.Get(ctx, "http://"+s.door.server.Address+link[0].Path+"?view=all")
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("%w: status %d: %w", errPages, status, err)
	}
	s.papers.seen = map[uint16]*paper.Paper{}
	questions, err := paper.Read(page)
	if err != nil {
		return err
	}
	posts, err := forms(ctx, s.door.server, &s.papers, link, s.Options)
	if err != nil {
		return err
	}
	conn := drive.NewConn(s.door.server.Address, nil, patience)
	defer conn.Close()
	reply, err := conn.Send(ctx, posts[0])
	if err != nil || reply.Status != http.StatusOK {
		return fmt.Errorf("the first answer was not taken: status %d: %w", reply.Status, err)
	}
	s.samples = s.sample(questions, paper.Hidden(page))
	if s.Self == "" {
		return nil // no baselines
	}
	return os.WriteFile(s.thanks(), reply.Body, 0o600)
}

// sample makes forms like the real ones for the baselines, which check nothing.
func (s *session) sample(questions *paper.Paper, hidden map[string][]string) [][]byte {
	out := make([][]byte, s.Submissions)
	for i := range out {
		chance := rand.New(rand.NewPCG(s.Seed, uint64(i))) //nolint:gosec // a load must be reproducible
		sheet := questions.Fill(chance, s.Comment)
		for name, values := range hidden {
			sheet[name] = values
		}
		out[i] = Post("127.0.0.1", fmt.Sprintf("/q/%024d", i), sheet.Encode(), s.Plain)
	}
	return out
}

func (s *session) baseline(ctx context.Context, name string, more ...string) (*stage.Server, error) {
	address, err := stage.FreeAddress()
	if err != nil {
		return nil, err
	}
	args := append([]string{"baseline", "--listen", address, "--page", s.thanks()}, more...)
	server, err := stage.Start(ctx, stage.Command{
		Binary: s.Self, Args: args, Address: address, Ready: "/readyz", Log: filepath.Join(s.Dir, name+".log"),
	})
	if err == nil {
		s.servers = append(s.servers, server)
	}
	return server, err
}
