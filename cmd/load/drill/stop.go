package drill

import (
	"context"
	"time"
)

// stopLimit is how long a stop may take that was asked for.
const stopLimit = 10 * time.Second

// Stop asks the service to end, so many times, while residents answer: requests in
// hand are finished, the process ends by itself with status 0, and whatever was
// acknowledged is there at the next start.
func Stop(stops int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		const linksEach, residents, least = 1500, 16, 40
		s, err := open(ctx, o, stops*linksEach)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		sent, acknowledged := 0, 0
		var slowest, longest time.Duration
		for range stops {
			l := s.busy(ctx, residents, 0)
			if !l.reached(ctx, least) {
				out.wrong("only %d answers before a stop: the drill saw little", len(l.acknowledged()))
			}
			begin := time.Now()
			if err := s.server.Ended(); err != nil {
				out.wrong("asked to stop: %v", err)
			}
			longest = max(longest, time.Since(begin))
			sheets := l.stop()
			acknowledged += len(l.acknowledged())
			sent += len(sheets)
			if err := s.up(ctx); err != nil {
				return err
			}
			slowest = max(slowest, s.server.Started)
			s.settled(ctx, out, sheets)
		}
		out.count("stops", stops)
		out.count("sent", sent)
		out.count("acknowledged", acknowledged)
		out.time("stop", longest)
		out.time("restart", slowest)
		if longest > stopLimit {
			out.wrong("a stop took %v", longest)
		}
		return s.closing(ctx, out, sent)
	}
}
