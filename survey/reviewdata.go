package survey

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"time"

	"minyi/survey/invite"
	"minyi/survey/quality"
	"minyi/survey/questionnaire"
)

// detector is the version of the rules and of what they are handed: another one
// reviews again.
const detector = "minyi-quality/4"

// besideEach and besideAll are how many answers of other surveys of the round are
// compared with.
const (
	besideEach = 400
	besideAll  = 4000
)

// collecting is a board on its way.
type collecting struct {
	s      *Service
	board  *Board
	data   *quality.Survey
	digest hash.Hash
	asked  []int // the place of each item among the questions of the paper

	numbers []questionnaire.Question // whose last digits are looked at
	ends    [][]quality.Ending       // of each of them
}

func (s *Service) makeBoard(ctx context.Context, l *live) (*Board, error) {
	unit := s.ReviewName(l.survey)
	paper, err := s.blind(l, unit)
	if err != nil {
		return nil, err
	}
	c := &collecting{
		s: s, digest: sha256.New(), data: &quality.Survey{RightAnswer: quality.NoAnswer, Hourly: true, Issued: map[string]int{}},
		board: &Board{Unit: unit, Paper: paper, Items: paper.Scored(), Traced: l.wave != nil, place: map[int64]int{}},
	}
	for _, item := range c.board.Items {
		c.data.Items = append(c.data.Items, quality.Item{ID: item.ID})
	}
	c.ask(l.paper)
	if err := c.own(ctx, l); err != nil {
		return nil, err
	}
	for _, other := range s.beside(l) {
		if err := c.other(ctx, other); err != nil {
			return nil, err
		}
	}
	return c.board, c.finish(ctx, l)
}

// ask finds the items on a paper.
func (c *collecting) ask(q *questionnaire.Questionnaire) {
	c.asked = make([]int, len(c.board.Items))
	for k, one := range q.Questions() {
		for j, item := range c.board.Items {
			if one.ID == item.ID {
				c.asked[j] = k
			}
		}
	}
}

// beside are the other closed surveys of the round with the same scored items, in
// the order of their ids.
func (s *Service) beside(l *live) (out []*live) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, o := range s.live {
		past := o.survey.State == Closed || o.survey.State == Released
		if o.survey.ID != l.survey.ID && o.survey.Round == l.survey.Round && past && alikeItems(o.paper, l.paper) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *live) int { return cmp.Compare(a.survey.ID, b.survey.ID) })
	return out[:min(len(out), besideAll/besideEach)]
}

func alikeItems(a, b *questionnaire.Questionnaire) bool {
	return slices.EqualFunc(a.Scored(), b.Scored(), func(x, y questionnaire.Question) bool { return x.ID == y.ID })
}

// own collects the answers that are reviewed.
func (c *collecting) own(ctx context.Context, l *live) error {
	sv := l.survey
	places := map[uint32]string{}
	for _, b := range sv.Batches {
		places[b.Number] = c.s.alias(sv.ID, "place", strconv.Itoa(int(b.Number)))
		if b.Kind == invite.OneTime {
			c.data.Issued[places[b.Number]] = int(b.Count)
		}
	}
	hide := c.s.hider(sv, c.board.Unit)
	c.numbers = numberQuestions(l.paper)
	c.ends = make([][]quality.Ending, len(c.numbers))
	return c.each(ctx, l, 1, func(t Traced, number uint32) {
		x := c.response(l.paper, t, ownUnit)
		x.Batch, x.Text = places[number], hide(x.Text)
		row := Row{
			Response: t.Response, Poster: t.Batch.Kind == invite.Poster, Place: x.Batch, Batch: number, Day: t.Day, Outcome: t.Outcome,
			at: len(c.data.Responses),
		}
		if t.Trace != nil {
			row.Mode, row.Signs, row.Total, row.Hand = t.Trace.Mode, t.Trace.Signs, t.Trace.Total, c.hand(l, t.Trace)
		}
		c.end(l.paper, t, &row)
		c.data.Responses = append(c.data.Responses, x)
		c.board.Rows = append(c.board.Rows, row)
	})
}

// other collects some answers of another survey. Its devices and networks are
// hashed under a key of its own, so that nothing links the two.
func (c *collecting) other(ctx context.Context, l *live) error {
	n := 0
	for _, outcomes := range c.s.Intake.Tally(l.survey.Number) {
		for _, k := range outcomes {
			n += k
		}
	}
	step := max(1, n/besideEach)
	c.ask(l.paper)
	return c.each(ctx, l, step, func(t Traced, _ uint32) {
		x := c.response(l.paper, t, string(l.survey.ID))
		x.ID = string(l.survey.ID) + "/" + x.ID
		c.data.Responses = append(c.data.Responses, x)
		c.board.Beside++
	})
}

// each calls fn for every so manieth answer in scope of a survey.
func (c *collecting) each(ctx context.Context, l *live, step int, fn func(t Traced, batch uint32)) error {
	k := 0
	return c.s.Store.Kept(ctx, l.survey.Number, func(number int64, r Record) error {
		if k++; k%step != 0 || !r.Outcome.InScope() {
			return nil
		}
		c.note(number, r)
		t, err := l.traced(number, r)
		if err != nil {
			return err
		}
		fn(t, r.Batch)
		return nil
	})
}

// note takes an answer into the hash of the data.
func (c *collecting) note(number int64, r Record) {
	var head [16]byte
	binary.BigEndian.PutUint64(head[:], uint64(number))
	binary.BigEndian.PutUint32(head[8:], r.Batch)
	binary.BigEndian.PutUint32(head[12:], uint32(r.Day))
	for _, part := range [][]byte{head[:], r.Answers, []byte(r.Comment), r.Trace} {
		_ = binary.Write(c.digest, binary.BigEndian, uint32(len(part))) // a hash never fails
		_, _ = c.digest.Write(part)
	}
}

// response is an answer as the detector reads it. What is known of a device is its
// kind, so that it is a browser's class; the phone behind it is taken for one where
// a network has no other.
func (c *collecting) response(q *questionnaire.Questionnaire, t Traced, unit string) quality.Response {
	x := quality.Response{
		ID: strconv.FormatInt(t.Response, 10), Unit: unit, Channel: "prob", Attention: quality.NoAnswer, Mode: "self",
		Age: q.AgeMargin(t.Sheet), Sex: q.RoleCode(t.Sheet, questionnaire.RoleSex), Text: t.Sheet.Open,
	}
	if t.Batch.Kind == invite.Poster {
		x.Channel = "open"
	}
	scored, seconds := c.board.Items, make([]int, len(c.board.Items))
	x.Answers = make([]int8, len(scored))
	for j, item := range scored {
		x.Answers[j], seconds[j] = quality.NoAnswer, -1
		if p := q.Point(t.Sheet, item.ID); q.ValidPoint(item.ID, p) {
			x.Answers[j] = int8(p)
		}
		if t.Trace != nil && t.Trace.Mode != OnPaper && q.Standing(t.Sheet, item.ID) != questionnaire.NotAsked {
			seconds[j] = int(t.Trace.Seconds[c.asked[j]])
		}
	}
	x.Pages = quality.Seconds(seconds)
	if t.Trace != nil {
		c.trace(&x, t.Trace, unit)
	}
	return x
}

// trace takes over what the door saw. Digests are named with their survey: those of
// two are made under two keys.
func (c *collecting) trace(x *quality.Response, t *Trace, unit string) {
	if t.Mode == OnPaper { // its time is that of the second keying, which says nothing of the answer
		x.Mode = "assisted"
		return
	}
	x.Start = t.Started
	x.Submit = t.Started.Add(time.Duration(t.Total) * time.Second)
	x.Mode = [...]string{"self", "kiosk", "assisted"}[min(int(t.Mode), 2)]
	x.Signs = quality.Sign(t.Signs)
	if t.Device != (Digest{}) {
		x.Agent = unit + "/" + hex.EncodeToString(t.Device[:])
		if t.Mode == Assisted { // of an interview it stands for the interviewer
			x.Interviewer = x.Agent
		}
	}
	if t.Network != (Digest{}) {
		x.Network = unit + "/" + hex.EncodeToString(t.Network[:])
	}
}

// phones names the phone of responses whose network has one kind of device only:
// a home's line with one phone, or one phone that sent many. Carriers' and offices'
// networks have many kinds.
func (c *collecting) phones() {
	c.shared()
	kinds := map[string]map[string]bool{}
	for i := range c.data.Responses {
		x := &c.data.Responses[i]
		if x.Network == "" || x.Agent == "" {
			continue
		}
		if kinds[x.Network] == nil {
			kinds[x.Network] = map[string]bool{}
		}
		kinds[x.Network][x.Agent] = true
	}
	for i := range c.data.Responses {
		if x := &c.data.Responses[i]; len(kinds[x.Network]) == 1 {
			x.Device = x.Network + x.Agent
		}
	}
}

// shared forgets a network that more than half of a survey's answers came by, such
// as a proxy's before the service or a rehearsal's: it sets nobody apart.
func (c *collecting) shared() {
	all, by := map[string]int{}, map[string]int{}
	for i := range c.data.Responses {
		if x := &c.data.Responses[i]; x.Network != "" {
			all[x.Unit]++
			by[x.Network]++
		}
	}
	for i := range c.data.Responses {
		if x := &c.data.Responses[i]; 2*by[x.Network] > all[x.Unit] {
			x.Network = ""
		}
	}
}

// finish asks the detector, or takes what it said of the same data before, and
// puts the rows in order.
func (c *collecting) finish(ctx context.Context, l *live) error {
	b := c.board
	if len(b.Rows) == 0 {
		return nil
	}
	c.phones()
	report, err := c.report(ctx, l)
	if err != nil {
		return err
	}
	b.take(report)
	slices.SortFunc(b.Rows, func(x, y Row) int {
		return cmp.Or(cmp.Compare(y.Finding.Score, x.Finding.Score), cmp.Compare(x.Response, y.Response))
	})
	for k, row := range b.Rows {
		b.place[row.Response] = k
	}
	for _, u := range report.Units {
		if u.Unit == ownUnit {
			b.Whole = u
		}
	}
	b.data, b.frame = c.data, quality.NewFrame(c.data, ownUnit)
	c.groups()
	return nil
}

// take hands the findings to their rows and counts what each rule marks.
func (b *Board) take(report *quality.Report) {
	counts := map[quality.Code]*RuleCount{}
	b.Rules = make([]RuleCount, len(quality.Rules()))
	for k, rule := range quality.Rules() {
		b.Rules[k].Rule = rule
		counts[rule.Code] = &b.Rules[k]
	}
	for k := range b.Rows {
		row := &b.Rows[k]
		row.Finding = report.Findings[row.at]
		if row.Finding.Flag {
			b.Flagged++
		}
		for _, code := range row.Finding.Rules {
			if row.Poster {
				counts[code].Posters++
			} else {
				counts[code].Sampled++
			}
		}
	}
}

// report is what the detector says of the data. It is kept, sealed under the wave
// key and gone with it, so that after a restart the same is seen at once.
func (c *collecting) report(ctx context.Context, l *live) (*quality.Report, error) {
	digest := detector + " " + hex.EncodeToString(c.digest.Sum(nil))
	if l.wave == nil {
		return quality.Review(c.data)
	}
	kept, sealed, err := c.s.Store.Run(ctx, l.survey.ID)
	if err != nil {
		return nil, err
	}
	if kept == digest {
		if report, err := openReport(l, sealed); err == nil && len(report.Findings) == len(c.data.Responses) {
			return report, nil
		}
	}
	report, err := quality.Review(c.data)
	if err != nil {
		return nil, err
	}
	if sealed, err = sealReport(l, report); err != nil {
		return nil, err
	}
	return report, c.s.Store.KeepRun(ctx, l.survey.ID, digest, sealed)
}

// sealReport packs and seals a report.
func sealReport(l *live, r *quality.Report) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if err := errors.Join(gob.NewEncoder(w).Encode(r), w.Close()); err != nil {
		return nil, fmt.Errorf("survey: keep a report: %w", err)
	}
	return seal(l.wave.seal, b.Bytes(), numbered(l.survey.Number)), nil
}

func openReport(l *live, sealed []byte) (*quality.Report, error) {
	plain, err := unseal(l.wave.seal, sealed, numbered(l.survey.Number))
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(plain))
	if err != nil {
		return nil, err
	}
	out := &quality.Report{}
	return out, errors.Join(gob.NewDecoder(r).Decode(out), r.Close())
}
