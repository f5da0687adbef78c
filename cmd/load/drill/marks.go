package drill

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"minyi/cmd/load/stage"
)

// Marks kills the service so often while assessors mark and the office decides: every
// mark that the sheet has called kept is there after the restart, in the version that
// was told, none is stored twice, every document that the office was told of is there
// once, and the doctor finds nothing. It is a demo that is killed, since nobody marks
// before dossiers are filed.
func Marks(kills int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		const residents = 5
		dir := filepath.Join(o.Dir, "demo")
		d, err := stage.StartDemo(ctx, o.Binary, dir, "2020-09-02T12:00", residents)
		if err != nil {
			return err
		}
		m := &marking{Demo: d, out: out, known: map[string]int{}}
		defer func() { m.Kill() }()
		if err := m.find(ctx); err != nil {
			return err
		}
		for n := range kills {
			moment := time.Duration(20+(&site{Options: o}).chance(uint64(n)).IntN(400)) * time.Millisecond
			if err := m.round(ctx, o.Binary, dir, moment); err != nil {
				return err
			}
		}
		if err := m.Stop(); err != nil {
			out.wrong("%v", err)
		}
		out.count("kills", kills)
		out.count("marks", m.kept)
		out.count("documents", m.told)
		out.count("unanswered", m.unanswered)
		out.time("restart", m.slowest)
		if m.kept < kills || m.told < kills {
			out.wrong("only %d marks and %d documents were acknowledged: the drill saw little", m.kept, m.told)
		}
		return stage.Doctor(ctx, o.Binary, dir)
	}
}

// marking are sheets that are being filled in.
type marking struct {
	*stage.Demo
	out        *Outcome
	sheets     []*sheetOf
	office     *stage.Person
	slowest    time.Duration
	next       int
	known      map[string]int // number of a document: 1 told, 0 sent
	kept       int
	told       int
	unanswered int
}

// sheetOf is one assessor's sheet of one dossier, as the assessor knows it.
type sheetOf struct {
	by    *stage.Person
	path  string
	items []string
	known map[string]cell
	kept  int
}

// cell is one mark: what was told, and what was sent without an answer.
type cell struct {
	mark    string
	version int
	sent    string // empty: nothing is under way
}

// find signs the assessors in and opens some of their sheets.
func (m *marking) find(ctx context.Context) (err error) {
	const most = 3 // of one assessor
	for _, a := range m.People("assessor") {
		p, err := stage.Enter(ctx, m.Base, a)
		if err != nil {
			return err
		}
		home, err := p.Get(ctx, "/evaluate")
		if err != nil {
			return err
		}
		paths := regexp.MustCompile(`/evaluate/\d{4}-[A-Z0-9]+-[a-z]+`).FindAllString(string(home.Body), -1)
		slices.Sort(paths)
		paths = slices.Compact(paths)
		for _, path := range paths[:min(most, len(paths))] {
			s := &sheetOf{by: p, path: path, known: map[string]cell{}}
			page, err := p.Get(ctx, path)
			if err != nil {
				return err
			}
			for _, f := range regexp.MustCompile(`name="mark-(\d+)"`).FindAllSubmatch(page.Body, -1) {
				s.items = append(s.items, string(f[1]))
			}
			if len(s.items) > 0 {
				m.sheets = append(m.sheets, s)
			}
		}
	}
	if len(m.sheets) == 0 {
		return fmt.Errorf("%w: no sheet is open", errStatus)
	}
	m.office, err = stage.Enter(ctx, m.Base, m.People("office")[0])
	return err
}

// untilKilled lets everybody work, and kills the service in the middle of it.
func (m *marking) untilKilled(ctx context.Context, moment time.Duration) {
	var crew sync.WaitGroup
	over, end := context.WithCancel(ctx)
	defer end()
	var begun sync.WaitGroup // until a mark and a document were acknowledged
	const both = 2
	begun.Add(both)
	mark, document := sync.OnceFunc(begun.Done), sync.OnceFunc(begun.Done)
	for _, s := range m.sheets {
		crew.Go(func() {
			for over.Err() == nil && s.mark(ctx) {
				mark()
			}
		})
	}
	crew.Go(func() { m.decide(ctx, over, document) })
	first := make(chan struct{})
	go func() { begun.Wait(); close(first) }()
	select {
	case <-first:
	case <-time.After(2 * time.Minute):
		m.out.wrong("no mark or no document was acknowledged")
	}
	time.Sleep(moment)
	m.Kill()
	end()
	crew.Wait()
}

// round lets everybody work until the kill, looks, starts again and compares.
func (m *marking) round(ctx context.Context, binary, dir string, moment time.Duration) error {
	m.untilKilled(ctx, moment)
	if err := stage.Doctor(ctx, binary, dir); err != nil {
		m.out.wrong("%v", err)
	}
	if err := m.documents(ctx, dir); err != nil {
		return err
	}
	if err := m.Again(ctx); err != nil {
		return err
	}
	m.slowest = max(m.slowest, m.Started)
	m.kept = 0
	for _, s := range m.sheets {
		if err := m.compare(ctx, s); err != nil {
			return err
		}
		m.kept += s.kept
	}
	return ctx.Err()
}

// mark marks the next item as the page's script does, and reports whether it may go on.
func (s *sheetOf) mark(ctx context.Context) bool {
	item := s.items[s.kept%len(s.items)]
	c := s.known[item]
	c.sent = fmt.Sprintf("0.%02d", 1+s.kept%40)
	s.known[item] = c
	r, err := s.by.Post(ctx, s.path+"/items/"+item, url.Values{
		"mark-" + item: {c.sent}, "reason-" + item: {"drill"}, "seen-" + item: {strconv.Itoa(c.version)},
	})
	var told struct {
		State   string
		Version int
	}
	if err != nil || json.Unmarshal(r.Body, &told) != nil || r.Status != http.StatusOK || told.State != "kept" {
		return false
	}
	s.known[item] = cell{mark: c.sent, version: told.Version}
	s.kept++
	return true
}

// decide lets the office enter one document after the other.
func (m *marking) decide(ctx, over context.Context, told func()) {
	for over.Err() == nil {
		m.next++
		number := fmt.Sprintf("演练〔2020〕%06d号", m.next)
		m.known[number] = 0
		r, err := m.office.Post(ctx, "/office/documents", url.Values{
			"number": {number}, "date": {"2020-08-01"}, "kind": {"plan"}, "title": {"演练"}, "note": {""}, "reason": {"演练"}, "key": {""}, "version": {"0"},
		})
		if err != nil || r.Status != http.StatusSeeOther {
			if err == nil {
				m.out.wrong("a document: status %d", r.Status)
			}
			return
		}
		m.known[number] = 1
		m.told++
		told()
	}
}

// documents looks for the office's documents in the folder as the kill left it.
func (m *marking) documents(ctx context.Context, dir string) error {
	there, err := stage.Documents(ctx, dir)
	if err != nil {
		return err
	}
	for number, told := range m.known {
		if n := there[number]; n < told || n > 1 {
			m.out.wrong("document %s is there %d times, told %d", number, n, told)
		}
	}
	return nil
}

// compare holds a sheet as it is stored against what its assessor was told.
func (m *marking) compare(ctx context.Context, s *sheetOf) error {
	r, err := s.by.Get(ctx, s.path+"/state")
	if err != nil {
		return err
	}
	var is struct{ Items map[string]map[string]string }
	if err := json.Unmarshal(r.Body, &is); err != nil {
		return fmt.Errorf("%s: %w: %d", s.path, err, r.Status)
	}
	for item, c := range s.known {
		got := is.Items[item]
		version, _ := strconv.Atoi(got["seen-"+item]) // none is version 0
		switch {
		case version == c.version && got["mark-"+item] == c.mark:
		case c.sent != "" && version == c.version+1 && got["mark-"+item] == c.sent: // stored, not told
			m.unanswered++
		default:
			m.out.wrong("%s, item %s: %q in version %d, told was %q in version %d (sent %q)",
				s.path, item, got["mark-"+item], version, c.mark, c.version, c.sent)
		}
		s.known[item] = cell{mark: got["mark-"+item], version: version}
	}
	return nil
}
