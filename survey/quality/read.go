package quality

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// Options are what the user of a file may name.
type Options struct {
	Reversed    []string // ids of reversed items
	NameReverse bool     // Reversed is to be used, even where it is empty
	Right       int8     // right answer of the attention item, NoAnswer to find it
}

// maxAnswer is the highest code of an answer that a file may hold.
const maxAnswer = 99

// Read reads a survey from CSV: UTF-8 with or without byte order mark, any line
// ends, fields quoted where need be. Columns are found by name, whatever their
// order: resp_id, unit and the items (q and digits) must be there; channel,
// token_h, started_at, submitted_at, device_h, ip_h, net_h, ua, mode, age, sex,
// edu, att, text, interviewer, batch and the pages (p, digits, _s; seconds) may
// be; others are ignored. Empty, 9, 98 and 99 are no opinion. The refusals name
// the line and the column: quality.csv_empty, quality.csv_syntax,
// quality.csv_encoding, quality.csv_fields, quality.csv_column,
// quality.csv_column_twice, quality.csv_items, quality.csv_value,
// quality.csv_time, quality.csv_id, quality.csv_id_twice and
// quality.reversed_unknown. Errors of in are returned wrapped.
func Read(in io.Reader, options Options) (*Survey, error) {
	buffered := bufio.NewReaderSize(in, 1<<16)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\uFEFF" {
		if _, err := buffered.Discard(3); err != nil {
			return nil, err
		}
	}
	r := reader{csv: csv.NewReader(buffered), texts: map[string]string{}}
	r.csv.FieldsPerRecord = -1
	r.csv.ReuseRecord = true
	s := &Survey{RightAnswer: options.Right, NameReverse: options.NameReverse}
	if err := r.head(s, options); err != nil {
		return nil, err
	}
	ids := map[string]int{}
	for {
		record, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		x, err := r.response(record)
		if err != nil {
			return nil, err
		}
		if first, twice := ids[x.ID]; twice {
			return nil, r.refuse("quality.csv_id_twice", "id", x.ID, "first", strconv.Itoa(first))
		}
		ids[x.ID] = r.line
		s.Responses = append(s.Responses, x)
	}
	if len(s.Responses) == 0 {
		return nil, fault.New(fault.Invalid, "quality.no_responses")
	}
	return s, nil
}

// reader reads one file.
type reader struct {
	csv   *csv.Reader
	line  int
	names []string
	place map[string]int
	items []int
	pages []int
	texts map[string]string // one copy of each text that comes often
}

// refuse is a refusal at the current line.
func (r *reader) refuse(code string, pairs ...string) error {
	return fault.New(fault.Invalid, code, append(pairs, "line", strconv.Itoa(r.line))...)
}

// next returns the next record, with r.line the line where it begins.
func (r *reader) next() ([]string, error) {
	record, err := r.csv.Read()
	var syntax *csv.ParseError
	switch {
	case errors.As(err, &syntax):
		r.line = syntax.StartLine
		return nil, r.refuse("quality.csv_syntax")
	case err != nil:
		return nil, err
	}
	r.line, _ = r.csv.FieldPos(0)
	for _, field := range record {
		if !utf8.ValidString(field) {
			return nil, r.refuse("quality.csv_encoding")
		}
	}
	if r.names != nil && len(record) != len(r.names) {
		return nil, r.refuse("quality.csv_fields", "got", strconv.Itoa(len(record)), "want", strconv.Itoa(len(r.names)))
	}
	return record, nil
}

// head reads the first line and finds the columns.
func (r *reader) head(s *Survey, options Options) error {
	record, err := r.next()
	if errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "quality.csv_empty")
	}
	if err != nil {
		return err
	}
	r.place = map[string]int{}
	item, page := regexp.MustCompile(`^q[0-9]+$`), regexp.MustCompile(`^p[0-9]+_s$`)
	for k, name := range record {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := r.place[name]; twice && name != "" {
			return r.refuse("quality.csv_column_twice", "column", name)
		}
		r.place[name] = k
		r.names = append(r.names, name)
		switch {
		case item.MatchString(name):
			r.items = append(r.items, k)
			s.Items = append(s.Items, Item{ID: name, Reversed: slices.Contains(options.Reversed, name)})
		case page.MatchString(name):
			r.pages = append(r.pages, k)
		}
	}
	return r.complete(s, options)
}

// complete refuses a head without the columns that must be there, or without an
// item that the user named.
func (r *reader) complete(s *Survey, options Options) error {
	for _, name := range []string{"resp_id", "unit"} {
		if _, there := r.place[name]; !there {
			return r.refuse("quality.csv_column", "column", name)
		}
	}
	if len(r.items) == 0 {
		return r.refuse("quality.csv_items")
	}
	for _, name := range options.Reversed {
		if !slices.ContainsFunc(s.Items, func(i Item) bool { return i.ID == name }) {
			return fault.New(fault.Invalid, "quality.reversed_unknown", "item", name)
		}
	}
	return nil
}

// text is a field by its column's name, empty where there is no such column.
func (r *reader) text(record []string, name string) string {
	k, there := r.place[name]
	if !there {
		return ""
	}
	field := strings.TrimSpace(record[k])
	if known, ok := r.texts[field]; ok {
		return known
	}
	const short, many = 24, 1 << 16
	field = strings.Clone(field)
	if len(field) <= short && len(r.texts) < many {
		r.texts[field] = field
	}
	return field
}

// response reads one line.
func (r *reader) response(record []string) (Response, error) {
	x := Response{
		ID: r.text(record, "resp_id"), Unit: r.text(record, "unit"), Channel: strings.ToLower(r.text(record, "channel")),
		Token: r.text(record, "token_h"), Device: r.text(record, "device_h"), Address: r.text(record, "ip_h"),
		Network: r.text(record, "net_h"), Agent: r.text(record, "ua"), Mode: strings.ToLower(r.text(record, "mode")),
		Age: r.text(record, "age"), Sex: r.text(record, "sex"), Education: r.text(record, "edu"),
		Interviewer: r.text(record, "interviewer"), Batch: r.text(record, "batch"), Text: r.text(record, "text"),
		Attention: NoAnswer,
	}
	if x.ID == "" {
		return x, r.refuse("quality.csv_id")
	}
	var err error
	if x.Start, err = r.moment(record, "started_at"); err != nil {
		return x, err
	}
	if x.Submit, err = r.moment(record, "submitted_at"); err != nil {
		return x, err
	}
	if k, there := r.place["att"]; there {
		if x.Attention, err = r.answer(record, k); err != nil {
			return x, err
		}
	}
	x.Answers = make([]int8, len(r.items))
	for j, k := range r.items {
		if x.Answers[j], err = r.answer(record, k); err != nil {
			return x, err
		}
	}
	x.Pages = make([]float64, len(r.pages))
	for j, k := range r.pages {
		if x.Pages[j], err = r.seconds(record, k); err != nil {
			return x, err
		}
	}
	return x, nil
}

// answer reads a code; empty, 9, 98 and 99 are no opinion.
func (r *reader) answer(record []string, k int) (int8, error) {
	field := strings.TrimSpace(record[k])
	switch field {
	case "", "9", "98", "99", "NA":
		return NoAnswer, nil
	}
	v, err := strconv.ParseFloat(field, 64)
	if err != nil || v != math.Trunc(v) || v < 0 || v > maxAnswer {
		return NoAnswer, r.refuse("quality.csv_value", "column", r.names[k], "value", field)
	}
	if v == 9 || v == 98 || v == 99 {
		return NoAnswer, nil
	}
	return int8(v), nil
}

// seconds reads a page's time; empty is not known.
func (r *reader) seconds(record []string, k int) (float64, error) {
	field := strings.TrimSpace(record[k])
	if field == "" || field == "NA" {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(field, 64)
	if err != nil || v < 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, r.refuse("quality.csv_value", "column", r.names[k], "value", field)
	}
	return v, nil
}

// moment reads a time; without a zone it is China's.
func (r *reader) moment(record []string, name string) (time.Time, error) {
	field := r.text(record, name)
	if field == "" || field == "NA" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, field); err == nil {
		return t, nil
	}
	const hours = 8
	china := time.FixedZone("UTC+8", hours*3600)
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04"} {
		if t, err := time.ParseInLocation(layout, field, china); err == nil {
			return t, nil
		}
	}
	return time.Time{}, r.refuse("quality.csv_time", "column", name, "value", field)
}
