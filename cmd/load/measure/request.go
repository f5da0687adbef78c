package measure

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
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

// forms opens every link once, as residents do before they answer, and returns
// the forms filled in, ready to be sent.
func forms(ctx context.Context, s *stage.Server, p *paper.Paper, links []stage.Link, o Options) ([][]byte, error) {
	gets, posts := make([][]byte, len(links)), make([][]byte, len(links))
	for i, l := range links {
		gets[i] = Get(s.Address, l.Path+"?view=all", true)
	}
	const opening = 16
	result := drive.Load{
		Address: s.Address, Conns: opening, Requests: gets, Timeout: patience, Good: []int{http.StatusOK},
		Answered: func(i int, r drive.Reply) {
			chance := rand.New(rand.NewPCG(o.Seed, uint64(i))) //nolint:gosec // a load must be reproducible
			sheet := paper.Hidden(r.Body)
			for name, values := range p.Fill(chance, o.Comment) {
				sheet[name] = values
			}
			posts[i] = Post(s.Address, links[i].Path, sheet.Encode(), o.Plain)
		},
	}.Run(ctx)
	if result.Good != int64(len(links)) {
		return nil, fmt.Errorf("%w: %d of %d links: %v", errPages, len(links)-int(result.Good), len(links), result.Errors)
	}
	return posts, nil
}

// errPages means that links could not be opened.
var errPages = errors.New("pages that did not open")

// patience is how long one request may take before it counts as failed.
const patience = 20 * time.Second
