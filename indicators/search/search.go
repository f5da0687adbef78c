// Package search finds things of the programme for the office: units, accounts,
// dossiers and their files, indicators, problems, objections by receipt, names,
// decisions, documents, and entries of the trails by their object. It keeps no index
// and reads no mark; what it finds it names and links, and the page behind the link
// asks for leave and logs as ever. Applicants and all others find nothing here.
//
// Chinese needs no word breaks: a text is found where it holds every piece of the
// query, in any order. Pieces are the words between spaces; a run of more than three
// Han characters is cut into pairs, as 银川执法 into 银川 and 执法. Who holds the query
// as it was typed comes first.
//
// # Who judges
//
//	feature                      independent judge                input                         tolerance  test
//	what is found                a table written by hand          queries and texts             exact      TestPiecesOfAQuery, TestWhoHoldsTheQuery
//	every kind of thing          the store, asked by hand         the rehearsal                 exact      TestPlay2020And2022/search
//	nobody else finds anything   a walk over the roles            all roles                     exact      TestPlay2020And2022/search
//	81,000 files by name         a clock                          27 dossiers of 3,000 files    300 ms     store.BenchmarkFindAmongFiles
//	keyboard, phone              a browser                        the rehearsal                 exact      TestBoardAndSearchInABrowser
package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
)

// Kind is a kind of thing that can be found.
type Kind string

// The kinds.
const (
	Units      Kind = "units"
	Dossiers   Kind = "dossiers"
	Files      Kind = "files"
	Indicators Kind = "indicators"
	Problems   Kind = "problems"
	Objections Kind = "objections"
	Names      Kind = "names"
	Decisions  Kind = "decisions"
	Documents  Kind = "documents"
	Accounts   Kind = "accounts"
	Entries    Kind = "trail"
)

// Kinds returns the kinds in the order of pages.
func Kinds() []Kind {
	return []Kind{Units, Dossiers, Files, Indicators, Problems, Objections, Names, Decisions, Documents, Accounts, Entries}
}

// Hit is one thing that was found. Title and Note are its own words, Tags are text
// keys that say more, Score says how well it fits.
type Hit struct {
	Title, Note string
	Tags        []string
	Round       int // 0: of no round
	Href        string
	Score       int
}

// Group is what was found of one kind. More says that there is more than is shown.
type Group struct {
	Kind Kind
	Hits []Hit
	More bool
}

// Source finds things of one kind, at most as many.
type Source func(ctx context.Context, by access.Actor, q Query, most int) ([]Hit, error)

// Trail keeps the record of a search.
type Trail interface {
	Record(ctx context.Context, entry audit.Entry) error
}

// Service searches.
type Service struct {
	sources map[Kind]Source
	trail   Trail
	now     func() time.Time
}

// NewService makes a Service; now is the programme clock.
func NewService(sources map[Kind]Source, trail Trail, now func() time.Time) *Service {
	return &Service{sources: sources, trail: trail, now: now}
}

// Most hits of a kind: beside others, and where one kind is asked for.
const (
	fewest = 8
	most   = 100
)

// Find finds what fits the text, of one kind or of all for an empty one. Only the
// office may. That somebody searched is on the record with the number of hits, without
// the words: they may be somebody's name.
func (s *Service) Find(ctx context.Context, by access.Actor, text string, kind Kind) ([]Group, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	q, err := Parse(text)
	if err != nil || q.Empty() {
		return nil, err
	}
	limit := fewest
	if kind != "" {
		limit = most
	}
	var out []Group
	found := 0
	for _, k := range Kinds() {
		source := s.sources[k]
		if source == nil || kind != "" && kind != k {
			continue
		}
		hits, err := source(ctx, by, q, limit+1)
		if err != nil {
			return nil, fmt.Errorf("search %s: %w", k, err)
		}
		if len(hits) == 0 {
			continue
		}
		slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
		g := Group{Kind: k, Hits: hits[:min(len(hits), limit)], More: len(hits) > limit}
		found += len(g.Hits)
		out = append(out, g)
	}
	return out, s.trail.Record(ctx, audit.Entry{
		At: s.now(), Actor: by.Name, Role: string(by.Role), Action: "search", Object: "search", After: fmt.Sprintf(`{"hits":%d}`, found),
	})
}
