package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/handout"
	"minyi/survey/invite"
)

// Printing is what of a survey is to be put on paper, and how. Stratum, PSU and
// Batch narrow it down; without them it is all of a kind.
type Printing struct {
	Kind    handout.Kind
	Format  string // one of handout.Formats
	Stratum string
	PSU     string
	Batch   uint32
	Words   []handout.Words     // one language or two
	Base    string              // address of the service, without a slash at the end
	Report  func(pages, of int) // told after each page that is written; nil for nobody
}

// links is the kind of links that the sheets carry.
func (p Printing) links() invite.Kind {
	if p.Kind == handout.Posters {
		return invite.Poster
	}
	return invite.OneTime
}

func (p Printing) wants(b invite.Batch) bool {
	return b.Kind == p.links() && (p.Stratum == "" || p.Stratum == b.Stratum) && (p.PSU == "" || p.PSU == b.PSU) && (p.Batch == 0 || p.Batch == b.Number)
}

// Print makes ready what is printed: the links of the batches that are wanted,
// without those that were used. Who printed which batches is an entry in the
// trail, made before anything is written. It is refused as handout.New refuses.
func (s *Service) Print(ctx context.Context, by access.Actor, id ID, p Printing) (*handout.Job, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	serials, batches := s.printed(l.survey, p)
	job, err := handout.New(handout.Order{
		Kind: p.Kind, Format: p.Format, Words: p.Words, Site: site(p.Base), Count: len(serials), Report: p.Report,
		Item: func(i int) handout.Item { return s.item(l.survey, p.Base, serials[i]) },
	})
	if err != nil {
		return nil, err
	}
	what, err := json.Marshal(struct {
		Kind    handout.Kind `json:"kind"`
		Format  string       `json:"format"`
		Batches string       `json:"batches"`
		Codes   int          `json:"codes"`
	}{p.Kind, p.Format, runs(batches), len(serials)})
	if err != nil {
		return nil, fmt.Errorf("survey: trail of a print: %w", err)
	}
	entry := s.entry(by, "survey.print", id)
	entry.After = string(what)
	if err := s.Store.Record(ctx, entry); err != nil {
		return nil, err
	}
	return job, nil
}

// Codes is how many codes would be printed.
func (s *Service) Codes(by access.Actor, id ID, p Printing) (int, error) {
	if err := by.Require(access.Agency); err != nil {
		return 0, err
	}
	l, err := s.get(id)
	if err != nil {
		return 0, err
	}
	serials, _ := s.printed(l.survey, p)
	return len(serials), nil
}

// printed returns the serial numbers to print and the numbers of their batches.
func (s *Service) printed(sv *Survey, p Printing) (serials, batches []uint32) {
	for _, b := range sv.Batches {
		if !p.wants(b) {
			continue
		}
		before := len(serials)
		for serial := b.First; serial <= b.Last(); serial++ {
			if b.Kind == invite.Poster || !s.Intake.Spent(sv.Number, serial) {
				serials = append(serials, serial)
			}
		}
		if len(serials) > before {
			batches = append(batches, b.Number)
		}
	}
	return serials, batches
}

// item is one code with what belongs to it. The address is left to whoever knows
// the households; without one, letters go to the residents of the house.
func (s *Service) item(sv *Survey, base string, serial uint32) handout.Item {
	token := s.Signer.Format(invite.Token{Survey: sv.Number, Serial: serial})
	it := handout.Item{Link: invite.Link(base, token), Code: invite.Spaced(token)}
	b, ok := sv.Batches.Find(serial)
	switch {
	case !ok:
		panic("survey: a link to print that was never issued")
	case b.Kind == invite.Poster:
		limits := sv.LimitsOf(b)
		it.Place, it.Note = b.Place, fmt.Sprintf("%d  ·  %s – %s", b.Number, limits.From, limits.To)
	default:
		it.Note = b.Stratum + " · " + b.PSU + " · " + strconv.Itoa(int(serial-b.First)+1)
	}
	it.Note += " · " + sv.Paper.mark()
	return it
}

// mark is the beginning of the paper's hash, as the residents' pages show it: a
// sheet found in a drawer says which version it belongs to.
func (p Paper) mark() string {
	const digits = 12
	return p.Hash[:min(digits, len(p.Hash))]
}

// site is what people type before the code: without a scheme, as browsers add it.
func site(base string) string {
	return strings.TrimPrefix(strings.TrimPrefix(base, "https://"), "http://") + "/q/"
}

// runs writes ascending numbers with their runs drawn together: "1-4,7".
func runs(numbers []uint32) string {
	var b strings.Builder
	for i := 0; i < len(numbers); i++ {
		from := i
		for i+1 < len(numbers) && numbers[i+1] == numbers[i]+1 {
			i++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(int(numbers[from])))
		if i > from {
			b.WriteString("-" + strconv.Itoa(int(numbers[i])))
		}
	}
	return b.String()
}

// PosterCode makes the QR code of one poster alone, for a design of one's own.
// Who took it is an entry in the trail.
func (s *Service) PosterCode(ctx context.Context, by access.Actor, id ID, batch uint32, base string) (*invite.Code, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	b, ok := l.survey.Batches.Number(batch)
	if !ok || b.Kind != invite.Poster {
		return nil, fault.New(fault.NotFound, "poster.unknown")
	}
	if err := s.Store.Record(ctx, s.entry(by, "survey.posters", id)); err != nil {
		return nil, err
	}
	return invite.NewCode(s.item(l.survey, base, b.First).Link)
}
