package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/survey/frame/listing"
	"minyi/survey/invite"
)

// Deputy is one row of the list: whom a link is for, and where to send it.
type Deputy struct {
	Name    string `json:"n"`
	Office  string `json:"o,omitempty"` // 人大代表, 政协委员 or as the list has it
	Contact string `json:"c,omitempty"`
}

// Listed is what a survey keeps of its list; the names are sealed beside it.
type Listed struct {
	Count int    `json:"count"`
	Hash  string `json:"hash"` // SHA-256, hexadecimal
	Part  string `json:"part"` // of the sealed pages
}

// DeputyLink is the link of one person of the list.
type DeputyLink struct {
	Deputy
	Token string
	Spent bool
}

// Bounds of a list.
const (
	MaxDeputies    = 5000
	MaxDeputyList  = 2 << 20 // bytes
	longestDeputy  = 60      // characters of a name, an office, a contact
	deputiesPrefix = "deputies-"
)

// ImportList reads the list of all who are asked, from CSV or XLSX with a column of
// names (姓名, name) and, if there are, of offices (类别, office) and contacts
// (联系方式, contact), in place of an earlier one, and issues a one-time link for each.
// It is refused once the survey is open. Names are kept sealed until the term after
// the close.
func (d *Deputies) ImportList(ctx context.Context, by access.Actor, id ID, file io.Reader) (*Survey, error) {
	l, err := d.get(by, id)
	if err != nil {
		return nil, err
	}
	if err := l.survey.in(Planned); err != nil {
		return nil, err
	}
	people, err := readDeputies(file)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(people)
	if err != nil {
		return nil, fmt.Errorf("survey: list of deputies: %w", err)
	}
	sum := sha256.Sum256(text)
	list := Listed{Count: len(people), Hash: hex.EncodeToString(sum[:])}
	list.Part = deputiesPrefix + list.Hash[:16]
	if err := d.putList(ctx, l.survey, list, text); err != nil {
		return nil, err
	}
	sv, err := d.update(ctx, by, id, "list", func(sv *Survey) error {
		if err := sv.in(Planned); err != nil {
			return err
		}
		b := invite.Batch{Kind: invite.OneTime, Count: uint32(list.Count)}
		sv.Listed, sv.Batches, err = list, nil, nil
		sv.Batches, err = sv.Batches.Issue(b)
		return err
	})
	if err != nil {
		return nil, err
	}
	_, err = d.s.Rolls.DropPages(ctx, id, "", list.Part)
	return sv, err
}

func (d *Deputies) putList(ctx context.Context, sv *Survey, list Listed, text []byte) error {
	if d.s.Rolls == nil {
		return fault.New(fault.Unavailable, "store.unavailable")
	}
	with, err := d.s.frameSeal(sv, "deputies")
	if err != nil {
		return err
	}
	return d.s.Rolls.AddPages(ctx, sv.ID, []Page{sealed(with, sv.ID, Page{Part: list.Part}, text)})
}

// readDeputies reads and checks a list: every row needs a name, and none may stand
// there twice.
func readDeputies(file io.Reader) ([]Deputy, error) {
	data, err := io.ReadAll(io.LimitReader(file, MaxDeputyList+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, "listing.file").At("file")
	}
	if len(data) > MaxDeputyList {
		return nil, fault.New(fault.TooLarge, "listing.bytes", "max", strconv.Itoa(MaxDeputyList>>20)).At("file")
	}
	table, err := listing.Open(data)
	if err != nil {
		return nil, err
	}
	return deputiesOf(table)
}

func deputiesOf(table *listing.Table) (out []Deputy, err error) {
	columns := [3]int{column(table.Heads, "姓名", "name"), column(table.Heads, "类别", "office"), column(table.Heads, "联系方式", "contact")}
	if columns[0] < 0 {
		return nil, fault.New(fault.Invalid, "deputies.noname").At("file")
	}
	var found fault.List
	seen := map[Deputy]int{}
	err = table.Rows(func(row int, cells []string) error {
		one := Deputy{Name: cell(cells, columns[0]), Office: cell(cells, columns[1]), Contact: cell(cells, columns[2])}
		at := strconv.Itoa(row)
		switch first, twice := seen[one]; {
		case one.Name == "":
			found.Add(fault.New(fault.Invalid, "deputies.row", "row", at).At("file"))
		case one.long():
			found.Add(fault.New(fault.Invalid, "deputies.long", "row", at, "max", strconv.Itoa(longestDeputy)).At("file"))
		case twice:
			found.Add(fault.New(fault.Invalid, "deputies.twice", "row", at, "first", strconv.Itoa(first)).At("file"))
		default:
			seen[one], out = row, append(out, one)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(found) > 0:
		return nil, found.Err()
	case len(out) == 0 || len(out) > MaxDeputies:
		return nil, fault.New(fault.Invalid, "deputies.count", "max", strconv.Itoa(MaxDeputies)).At("file")
	}
	return out, nil
}

func (d Deputy) long() bool {
	for _, text := range []string{d.Name, d.Office, d.Contact} {
		if utf8.RuneCountInString(text) > longestDeputy || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
			return true
		}
	}
	return false
}

func column(heads []string, names ...string) int {
	return slices.IndexFunc(heads, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
}

func cell(cells []string, at int) string {
	if at < 0 || at >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[at])
}

// Links calls fn for everybody on the list with the link made for him. That they
// were handed out is an entry in the trail. It is refused with people.erased after
// the term.
func (d *Deputies) Links(ctx context.Context, by access.Actor, id ID, fn func(DeputyLink) error) error {
	l, err := d.get(by, id)
	if err != nil {
		return err
	}
	people, err := d.list(ctx, l.survey)
	if err != nil {
		return err
	}
	if err := d.s.Store.Record(ctx, d.entry(by, "links", id)); err != nil {
		return err
	}
	for i, one := range people {
		t := invite.Token{Survey: l.survey.Number, Serial: l.survey.Batches[0].First + uint32(i)}
		if err := fn(DeputyLink{one, d.s.Signer.Format(t), d.s.Intake.Spent(t.Survey, t.Serial)}); err != nil {
			return err
		}
	}
	return nil
}

func (d *Deputies) list(ctx context.Context, sv *Survey) (people []Deputy, err error) {
	if sv.Listed.Count == 0 || d.s.Rolls == nil {
		return nil, fault.New(fault.Conflict, "deputies.nolist")
	}
	with, err := d.s.frameSeal(sv, "deputies")
	if err != nil {
		return nil, err
	}
	err = d.s.Rolls.Pages(ctx, sv.ID, sv.Listed.Part, -1, func(p Page) error {
		p.Part = sv.Listed.Part
		plain, err := unseal(with, p.Sealed, p.bound(sv.ID))
		if err != nil {
			return fmt.Errorf("survey %s: open the list: %w", sv.ID, err)
		}
		return json.Unmarshal(plain, &people)
	})
	if err == nil && len(people) != sv.Listed.Count {
		err = fmt.Errorf("survey %s: the list has %d people, not %d", sv.ID, len(people), sv.Listed.Count)
	}
	return people, err
}

// tendList erases the names once their term after the close is over: first the
// word of it, then the key, then the rows. It may be repeated.
func (s *Service) tendList(ctx context.Context, sv *Survey, now time.Time) error {
	if s.Vault == nil || s.Rolls == nil || sv.Listed.Count == 0 || now.Before(sv.FrameEnd().Plus(1).Start()) {
		return nil
	}
	if sv.Sampling.Erased.IsZero() {
		entry := s.entry(access.Command("survey"), "deputies.erase", sv.ID)
		_, err := s.updateOf(ctx, OfDeputies, sv.ID, entry, func(sv *Survey) error { return sv.Erase(now, true) })
		if err != nil {
			return err
		}
	}
	_, err := s.Rolls.DropPages(ctx, sv.ID, "", "")
	return errors.Join(s.Vault.Destroy(frameName(sv.ID)), err)
}

func (d *Deputies) entry(by access.Actor, verb string, id ID) audit.Entry {
	return d.s.entry(by, OfDeputies.action(verb), id)
}
