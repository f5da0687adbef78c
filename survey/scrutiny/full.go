package scrutiny

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/survey/pack"
)

// Opened is one line of the file that an examiner gets: a leaf of the log with what
// opens it.
type Opened struct {
	ledger.Opening
	Leaf string `json:"leaf"` // hexadecimal, as it stands in the log
}

// Write writes openings as the examiners get them, one a line, in the order of the log.
func Write(to io.Writer, origin string, all []ledger.Opening) error {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b ledger.Opening) int { return int(a.Index - b.Index) })
	out := json.NewEncoder(to)
	for _, o := range sorted {
		leaf, err := o.Commitment(origin)
		if err != nil {
			return err
		}
		if err := out.Encode(Opened{o, leaf.String()}); err != nil {
			return err
		}
	}
	return nil
}

// Full is what came of a check of all openings against a pack.
type Full struct {
	Leaves   int64
	States   map[ledger.State]int64
	Problems []pack.Problem
}

// longestLine is the longest line of a file of openings, in bytes.
const longestLine = 1 << 20

// Check checks openings against a sound pack: every line opens its leaf, the leaves are
// all those under the root of the closing checkpoint, the states add up to the published
// counts, and as many people answered each item as the figures say: of the sample, and
// of the posters where the published plan blends their answers with those.
func Check(report *pack.Report, b *pack.Basis, openings io.Reader) (*Full, error) {
	if report.Closing == nil {
		return nil, fault.New(fault.Invalid, "full.nolog")
	}
	blended := report.Release != nil && report.Release.Result != nil && report.Release.Result.Weighting.Blend != nil
	f := &full{blended: blended, Full: Full{States: map[ledger.State]int64{}}, origin: report.Closing.Origin, reasons: map[string]int64{}, answered: map[string]int{}}
	lines := bufio.NewScanner(openings)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		f.line(lines.Bytes(), b)
	}
	if lines.Err() != nil {
		return nil, fault.New(fault.Invalid, "full.unreadable")
	}
	f.root(report)
	f.counts(report.Closing)
	f.people(b)
	return &f.Full, nil
}

type full struct {
	Full
	origin   string
	blended  bool // poster answers stand behind the official figures too
	leaves   []ledger.Commitment
	reasons  map[string]int64
	answered map[string]int // counted people behind the official figures, by item
	sampled  int64          // answers that came by an invitation
}

const most = 20 // problems of lines that are named; more say the same

func (f *full) wrong(code string, with ...string) {
	if len(f.Problems) < most {
		f.Problems = append(f.Problems, pack.Problem{File: "OPENINGS", Code: code, With: with})
	}
}

// line checks one opening.
func (f *full) line(text []byte, b *pack.Basis) {
	index := strconv.FormatInt(f.Leaves, 10)
	f.Leaves++
	var o Opened
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&o) != nil || o.Index != f.Leaves-1 {
		f.wrong("full.line", "line", index)
		f.leaves = append(f.leaves, ledger.Commitment{})
		return
	}
	leaf, err := ledger.ParseCommitment(o.Leaf)
	if made, bad := o.Commitment(f.origin); err != nil || bad != nil || made != leaf {
		f.wrong("full.opening", "line", index)
	}
	f.leaves = append(f.leaves, leaf)
	f.States[o.State]++
	if o.State == ledger.Excluded {
		f.reasons[o.Reason]++
	}
	f.row(&o, b)
}

// row counts the people of a counted answer by item.
func (f *full) row(o *Opened, b *pack.Basis) {
	var row struct {
		Answers map[string][]string `json:"answers"`
		Channel string              `json:"channel"`
	}
	if json.Unmarshal(o.Row, &row) != nil || o.State == ledger.Spoiled {
		return
	}
	if row.Channel == "sampled" {
		f.sampled++
	} else if !f.blended {
		return
	}
	if o.State != ledger.Counted || b.Sampled == nil {
		return
	}
	for k := range b.Sampled.Items {
		item := &b.Sampled.Items[k]
		if given := row.Answers[item.ID]; len(given) == 1 {
			if point, err := strconv.Atoi(given[0]); err == nil && point >= item.Low && point <= item.High {
				f.answered[item.ID]++
			}
		}
	}
}

// root makes the tree of the leaves.
func (f *full) root(report *pack.Report) {
	grown, err := ledger.Append(0, f.leaves, nil)
	if err == nil {
		var root ledger.Hash
		if root, err = ledger.Root(f.Leaves, grown.Reader(nil)); err == nil && hex.EncodeToString(root[:]) == report.Root {
			return
		}
	}
	f.wrong("full.root")
}

// counts compares the states with the published counts.
func (f *full) counts(c *pack.Closing) {
	same := f.Leaves == c.Leaves && f.States[ledger.Counted] == c.Counted && f.States[ledger.Superseded] == c.Superseded &&
		f.States[ledger.Excluded] == c.Excluded && f.States[ledger.Spoiled] == c.Spoiled && len(f.reasons) == len(c.Reasons)
	for reason, n := range f.reasons {
		same = same && c.Reasons[reason] == n
	}
	if !same {
		f.wrong("full.counts")
	}
	if f.sampled != c.Invited {
		f.wrong("full.invited", "n", strconv.FormatInt(f.sampled, 10), "want", strconv.FormatInt(c.Invited, 10))
	}
}

// people compares the answers behind the figures with those that were opened.
func (f *full) people(b *pack.Basis) {
	if b.Sampled == nil {
		return
	}
	for _, item := range b.Sampled.Table().Items {
		if n := item.Satisfied.N; n > 0 && n != f.answered[item.ID] {
			f.wrong("full.people", "item", item.ID, "n", strconv.Itoa(f.answered[item.ID]), "want", strconv.Itoa(n))
		}
	}
}
