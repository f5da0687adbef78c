package drill

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"minyi/cmd/load/fuzz"
	"minyi/cmd/load/stage"
)

// fuzzMemory is how much memory the server may take under malformed requests.
const fuzzMemory = 512 << 20

// Fuzz sends so many malformed requests: most to a service with an open survey,
// the rest to a demo whose notice is up, where strangers may object.
func Fuzz(requests int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		const ofTen = 3 // to the demo
		if err := fuzzService(ctx, o, out, requests-requests*ofTen/10); err != nil {
			return err
		}
		return fuzzDemo(ctx, o, out, requests*ofTen/10)
	}
}

func fuzzService(ctx context.Context, o Options, out *Outcome, requests int) error {
	const links, untouched = 60, 20
	s, err := open(ctx, o, links)
	if err != nil {
		return err
	}
	defer func() { s.server.Kill() }()
	agency, err := stage.Enter(ctx, "http://"+s.server.Address, s.folder.Agency)
	if err != nil {
		return err
	}
	targets, err := reachable(ctx, agency, s.folder)
	if err != nil {
		return err
	}
	kept, err := s.take(untouched)
	if err != nil {
		return err
	}
	for _, l := range s.links {
		targets = append(targets, l.Path)
	}
	if err := attack(ctx, o, out, s.server, "memory", targets, requests); err != nil {
		return err
	}
	sheets, err := s.fillAll(ctx, kept)
	if err != nil {
		return err
	}
	s.settled(ctx, out, sheets)
	if err := s.server.Stop(); err != nil {
		out.wrong("%v", err)
	}
	return stage.Doctor(ctx, o.Binary, s.folder.Dir)
}

// errNoTrial means that the library shows no questionnaire to try.
var errNoTrial = errors.New("no questionnaire can be tried")

// reachable returns the paths of the posters and of the trials.
func reachable(ctx context.Context, agency *stage.Person, f *stage.Folder) ([]string, error) {
	posters, err := agency.Posters(ctx, string(f.Surveys[0].ID))
	if err != nil {
		return nil, err
	}
	trials, err := agency.Trials(ctx)
	if err == nil && len(trials) == 0 {
		err = errNoTrial
	}
	return append(posters, trials...), err
}

// attack fuzzes one server and adds up what came of it; memory names the count of
// its peak. A demo's is that of its beginning, when it makes a whole round up.
func attack(ctx context.Context, o Options, out *Outcome, server *stage.Server, memory string, targets []string, requests int) error {
	doors, err := fuzz.Collect(ctx, server.Address, targets)
	if err != nil {
		return err
	}
	r := fuzz.Run(ctx, fuzz.Options{Address: server.Address, Requests: requests, Seed: o.Seed}, doors)
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, f := range r.Bad {
		out.wrong("%s: %s", f.What, f.Request)
	}
	if r.Failing > 0 {
		out.wrong("%d requests made the server fail", r.Failing)
	}
	if !server.Alive() {
		out.wrong("the server has ended")
		return nil
	}
	_, peak, err := server.Memory()
	if err != nil {
		return err
	}
	if peak > fuzzMemory {
		out.wrong("the server took %d MiB", peak>>20)
	}
	out.add("sent", r.Sent)
	out.add("closed", r.Cut)
	out.Counts[memory] = fmt.Sprint(peak >> 20)
	for _, class := range []int{2, 3, 4, 5} {
		n := int64(0)
		for status, times := range r.Status {
			if status/100 == class {
				n += times
			}
		}
		out.add(fmt.Sprintf("s%dxx", class), n)
	}
	return nil
}

func (o *Outcome) add(name string, n int64) { o.Counts[name] = fmt.Sprint(number(o.Counts[name]) + n) }

func number(s string) (n int64) {
	_, _ = fmt.Sscan(s, &n) // what is not there yet is 0
	return n
}

// fuzzDemo fuzzes a demo at the time of the notice.
func fuzzDemo(ctx context.Context, o Options, out *Outcome, requests int) error {
	demo, err := stage.StartDemo(ctx, o.Binary, filepath.Join(o.Dir, "demo"), "2020-11-05T09:00", 100)
	if err != nil {
		return err
	}
	defer func() { demo.Kill() }()
	return attack(ctx, o, out, demo.Server, "demo_memory", demo.Posters, requests)
}
