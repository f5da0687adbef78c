package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// Decree is what the decision document of a round says.
type Decree struct {
	Round     int
	Issuer    string // the body that names
	Number    string
	Date      roster.Date
	Plan      roster.Plan
	Names     []Entry // in the register's order
	Link      string  // to the names of the round
	Rehearsal bool
}

// Award is what a certificate says.
type Award struct {
	Entry
	Issuer    string
	Serial    string // number of the certificate
	Link      string // to the name's page
	Rehearsal bool
}

// Setter makes the files; equal input gives equal bytes.
type Setter interface {
	Decision(d Decree) ([]byte, error)
	Certificate(a Award) ([]byte, error)
}

// Issue makes the decision documents and the certificates of a round's names that
// have none, once: what was issued never changes. Their digests stand in the trail.
func (s *Service) Issue(ctx context.Context, round int) error {
	before, err := s.Store.Papers(ctx)
	if err != nil {
		return err
	}
	names, err := s.List(ctx, roster.DateOf(s.Now()), Filter{Round: round})
	if err != nil {
		return err
	}
	serial := 0
	for _, p := range before {
		if p.Round == round && p.Kind == Certificate {
			serial++
			names = slices.DeleteFunc(names, func(e Entry) bool { return e.ID == p.Naming })
		}
	}
	if len(names) == 0 {
		return nil
	}
	r, err := s.Rounds.Round(ctx, round)
	if err != nil {
		return err
	}
	var papers []Issue
	for _, under := range byDecision(names) {
		some, err := s.set(r, under, serial)
		if err != nil {
			return err
		}
		papers, serial = append(papers, some...), serial+len(under)
	}
	entry, err := s.issuing(round, papers)
	if err != nil {
		return err
	}
	err = s.Store.AddPapers(ctx, papers, entry)
	if fault.KindOf(err) == fault.Conflict { // somebody else issued them at the same moment
		return nil
	}
	return err
}

// byDecision puts names together that one decision gave, the order kept.
func byDecision(names []Entry) (out [][]Entry) {
	at := map[string]int{}
	for _, e := range names {
		i, ok := at[e.Decision]
		if !ok {
			i, out = len(out), append(out, nil)
			at[e.Decision] = i
		}
		out[i] = append(out[i], e)
	}
	return out
}

// set makes the files of one decision; serial is how many certificates the round has
// already.
func (s *Service) set(r *roster.Round, names []Entry, serial int) ([]Issue, error) {
	at, issuer := s.Now().UTC().Truncate(time.Millisecond), r.Settings.Body()
	first := names[0]
	raw, err := s.Setter.Decision(Decree{
		Round: r.Year, Issuer: issuer, Number: first.Decision, Date: first.Date, Plan: r.Plan, Names: names,
		Link: fmt.Sprintf("%s/named?round=%d", s.Base, r.Year), Rehearsal: s.Rehearsal,
	})
	if err != nil {
		return nil, fmt.Errorf("register: decision %s: %w", first.Decision, err)
	}
	out := []Issue{issued(Paper{Kind: Decision, Round: r.Year, Number: first.Decision, IssuedAt: at}, raw)}
	for i, e := range names {
		number := fmt.Sprintf("%d-%03d", r.Year, serial+i+1)
		raw, err := s.Setter.Certificate(Award{Entry: e, Issuer: issuer, Serial: number, Link: e.Address, Rehearsal: s.Rehearsal})
		if err != nil {
			return nil, fmt.Errorf("register: certificate of %s: %w", e.Target, err)
		}
		out = append(out, issued(Paper{Kind: Certificate, Round: r.Year, Naming: e.ID, Number: number, IssuedAt: at}, raw))
	}
	return out, nil
}

func issued(p Paper, raw []byte) Issue {
	sum := sha256.Sum256(raw)
	p.Digest, p.Size = hex.EncodeToString(sum[:]), len(raw)
	return Issue{p, raw}
}

// issuing is the trail's entry, with the digest of each paper.
func (s *Service) issuing(round int, papers []Issue) (audit.Entry, error) {
	digests := map[string]string{}
	for _, p := range papers {
		digests[string(p.Kind)+"/"+p.Number] = p.Digest
	}
	after, err := json.Marshal(digests)
	if err != nil {
		return audit.Entry{}, fmt.Errorf("register: digests: %w", err)
	}
	by := access.Command("register")
	return audit.Entry{
		At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: "register.issue",
		Object: fmt.Sprintf("naming/%d", round), After: string(after),
	}, nil
}

// IssueAll issues the papers of all rounds that have names and none yet.
func (s *Service) IssueAll(ctx context.Context) error {
	names, err := s.Names.Register(ctx, roster.DateOf(s.Now()))
	if err != nil {
		return err
	}
	var seen []int
	for _, n := range names {
		if slices.Contains(seen, n.Round) {
			continue
		}
		seen = append(seen, n.Round)
		if err := s.Issue(ctx, n.Round); err != nil {
			return err
		}
	}
	return nil
}

// Read returns a paper of a name. The certificate of a revoked name is refused with
// Closed certificate.revoked: its address stays and says so.
func (s *Service) Read(ctx context.Context, e Entry, kind PaperKind) (Issue, error) {
	if kind == Certificate && e.Standing == naming.Revoked {
		return Issue{}, fault.New(fault.Closed, "certificate.revoked", "from", e.Since.String())
	}
	if kind == Decision {
		return s.Store.Paper(ctx, Decision, e.Round, e.Decision)
	}
	return s.Store.Paper(ctx, Certificate, e.Round, e.ID)
}
