package measure

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/paper"
	"minyi/cmd/load/stage"
)

// encodings is what every browser says it takes.
const encodings = "Accept-Encoding: gzip, deflate, br\r\n"

// Get returns the bytes of a GET. plain asks for an answer that is not
// compressed.
func Get(host, path string, plain bool) []byte {
	head := "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n"
	if !plain {
		head += encodings
	}
	return []byte(head + "\r\n")
}

// Post returns the bytes of a form that is sent.
func Post(host, path, body string, plain bool) []byte {
	head := "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	if !plain {
		head += encodings
	}
	return []byte(head + "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}

// papers are the questionnaires of the surveys: what may be answered differs,
// as each survey asks for the residents' own county.
type papers struct {
	mu   sync.Mutex
	seen map[uint16]*paper.Paper
}

// of returns the questionnaire behind a link, whose page is at hand. Links of
// unknown surveys are read page by page.
func (p *papers) of(l stage.Link, page []byte) (*paper.Paper, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.seen[l.Survey]; known != nil {
		return known, nil
	}
	fresh, err := paper.Read(page)
	if err != nil || l.Survey == 0 {
		return fresh, err
	}
	p.seen[l.Survey] = fresh
	return fresh, nil
}

// forms opens every link once, as residents do before they answer, and returns
// the forms filled in, ready to be sent.
func forms(ctx context.Context, s *stage.Server, p *papers, links []stage.Link, o Options) ([][]byte, error) {
	gets, posts := make([][]byte, len(links)), make([][]byte, len(links))
	for i, l := range links {
		gets[i] = Get(s.Address, l.Path+"?view=all", true)
	}
	const opening = 16
	result := drive.Load{
		Address: s.Address, Conns: opening, Requests: gets, Timeout: patience, Good: []int{http.StatusOK},
		Answered: func(i int, r drive.Reply) {
			chance := rand.New(rand.NewPCG(o.Seed, uint64(i))) //nolint:gosec // a load must be reproducible
			questions, err := p.of(links[i], r.Body)
			if err != nil {
				return // counted below: no form
			}
			sheet := paper.Hidden(r.Body)
			for name, values := range questions.Fill(chance, o.Comment) {
				sheet[name] = values
			}
			posts[i] = Post(s.Address, links[i].Path, sheet.Encode(), o.Plain)
		},
	}.Run(ctx)
	if result.Good != int64(len(links)) || slices.ContainsFunc(posts, func(b []byte) bool { return b == nil }) {
		return nil, fmt.Errorf("%w: %d of %d links: %v", errPages, len(links)-int(result.Good), len(links), result.Errors)
	}
	return posts, nil
}

// errPages means that links could not be opened.
var errPages = errors.New("pages that did not open")

// patience is how long one request may take before it counts as failed.
const patience = 20 * time.Second
