package drill

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/paper"
	"minyi/cmd/load/stage"
)

// Twice sends each of so many forms fifty times at once, each over a connection of its
// own (F10): one answer is stored and all fifty get the same receipt. The same form
// with another content is refused with 409 and a sentence.
func Twice(forms int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		s, err := open(ctx, o, forms)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		links, err := s.take(forms)
		if err != nil {
			return err
		}
		refused := 0
		for i, link := range links {
			first, other, err := s.fillTwice(ctx, link, uint64(i))
			if err != nil {
				return err
			}
			receipt := s.together(ctx, out, link, first)
			status, again := s.once(ctx, other)
			if status == http.StatusConflict && again == "" {
				refused++
			} else {
				out.wrong("%s: another content under the same key: status %d, receipt %q after %q", link.Path, status, again, receipt)
			}
		}
		out.count("forms", forms)
		out.count("times", atOnce)
		out.count("refused", refused)
		return s.closing(ctx, out, forms)
	}
}

// atOnce is how often a form is sent at once.
const atOnce = 50

// fillTwice fills one form in, in two ways.
func (s *site) fillTwice(ctx context.Context, link stage.Link, n uint64) (first, other []byte, err error) {
	conn := drive.NewConn(s.server.Address, nil, patience)
	defer conn.Close()
	reply, err := conn.Send(ctx, []byte("GET "+link.Path+"?view=all HTTP/1.1\r\nHost: "+s.server.Address+"\r\n\r\n"))
	if err != nil {
		return nil, nil, err
	}
	form, err := paper.ReadForm(reply.Body)
	if err != nil {
		return nil, nil, err
	}
	chance := s.chance(n)
	for _, to := range []*[]byte{&first, &other} {
		body := form.Body(chance, comment)
		*to = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
			link.Path, s.server.Address, len(body), body)
	}
	return first, other, nil
}

// together sends one request fifty times at once and returns the receipt of all.
func (s *site) together(ctx context.Context, out *Outcome, link stage.Link, request []byte) string {
	receipts, begin := make([]string, atOnce), make(chan struct{})
	var crew sync.WaitGroup
	for i := range receipts {
		crew.Go(func() {
			<-begin
			_, receipts[i] = s.once(ctx, request)
		})
	}
	close(begin)
	crew.Wait()
	for i, r := range receipts {
		if r == "" || r != receipts[0] {
			out.wrong("%s: the %dth of %d got the receipt %q, the first %q", link.Path, i+1, atOnce, r, receipts[0])
		}
	}
	return receipts[0]
}

// once sends a request over a connection of its own.
func (s *site) once(ctx context.Context, request []byte) (status int, receipt string) {
	conn := drive.NewConn(s.server.Address, nil, patience)
	defer conn.Close()
	reply, err := conn.Send(ctx, request)
	if err != nil {
		return 0, ""
	}
	return reply.Status, paper.Receipt(reply.Body)
}
