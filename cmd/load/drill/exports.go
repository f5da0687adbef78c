package drill

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"minyi/cmd/load/stage"
)

// exportersAtOnce is how many files staff ask for at once, and exportsTimes how much
// longer the residents' 95th percentile may be meanwhile (S30). Below exportsFloor nobody
// feels a difference, and a machine's own unrest is larger.
const (
	exportersAtOnce = 10
	exportsTimes    = 2
	exportsFloor    = 50 * time.Millisecond
)

// Exports lets residents send forms alone, and then while ten files are asked for at
// once, again and again: their 95th percentile is at most twice that of the same run
// without.
func Exports(forms int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		s, err := open(ctx, o, 2*forms)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		agency, err := stage.Enter(ctx, "http://"+s.server.Address, s.folder.Agency)
		if err != nil {
			return err
		}
		defer agency.Forget()
		alone, err := s.ordinary(ctx, out, forms)
		if err != nil {
			return err
		}
		stop := s.exporting(ctx, agency)
		beside, err := s.ordinary(ctx, out, forms)
		made, wrong := stop()
		if err != nil {
			return err
		}
		out.count("exports", made)
		out.time("alone", alone)
		out.time("beside", beside)
		if limit := max(exportsTimes*alone, exportsFloor); beside > limit {
			out.wrong("the 95th percentile is %v beside %d exports, at most %v was allowed", beside, made, limit)
		}
		if wrong != nil {
			out.wrong("%v", wrong)
		}
		if made < exportersAtOnce {
			out.wrong("%d files were made, want at least %d", made, exportersAtOnce)
		}
		return nil
	}
}

// exporting asks for ten files at once until it is stopped, and says how many came.
func (s *site) exporting(ctx context.Context, agency *stage.Person) (stop func() (made int, wrong error)) {
	ctx, end := context.WithCancel(ctx)
	survey := "/agency/surveys/" + string(s.folder.Surveys[0].ID)
	paths := []string{survey + "/links.csv", survey + "/sample/frame.csv", survey + "/sample/drawn.csv"}
	var crew sync.WaitGroup
	var mu sync.Mutex
	made, wrong := 0, error(nil)
	for n := range exportersAtOnce {
		crew.Go(func() {
			for turn := n; ctx.Err() == nil; turn++ {
				r, err := agency.Get(ctx, paths[turn%len(paths)])
				if ctx.Err() != nil {
					return
				}
				mu.Lock()
				switch {
				case err != nil:
					wrong = err
				case r.Status != http.StatusOK:
					wrong = fmt.Errorf("%s: %w %d", paths[turn%len(paths)], errStatus, r.Status)
				default:
					made++
				}
				mu.Unlock()
			}
		})
	}
	return func() (int, error) {
		end()
		crew.Wait()
		return made, wrong
	}
}
