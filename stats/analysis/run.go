package analysis

import (
	"errors"
	"fmt"
	"io"

	"minyi/stats/design"
	"minyi/stats/rank"
	"minyi/stats/weight"
)

// Open opens a file that an analysis names, such as its CSV.
type Open func(name string) (io.ReadCloser, error)

// Document is the answer: one entry a request, in order, each a map in the
// shape of the format's expect or an *Error; or no entries and one Error for
// the whole.
type Document struct {
	ID        string  `json:"id"`
	Estimates []Entry `json:"estimates"`
	Error     *Error  `json:"error,omitempty"`
}

// Failed says whether anything could not be computed.
func (d *Document) Failed() bool {
	if d.Error != nil {
		return true
	}
	for _, e := range d.Estimates {
		if e.Err != nil {
			return true
		}
	}
	return false
}

// Run reads the data and computes every request. What is wrong with the
// analysis or its data stands in the document; the error is for a data file
// that cannot be read at all.
func Run(f *File, open Open) *Document {
	doc := &Document{ID: f.ID, Estimates: []Entry{}}
	r := &runner{file: f}
	if err := r.prepare(open); err != nil {
		doc.Error = asError(err)
		return doc
	}
	together := r.batched()
	for k := range f.Requests {
		fields, err := together[k], f.Requests[k].wrong
		if fields == nil && err == nil {
			fields, err = r.answer(&f.Requests[k])
		}
		entry := Entry{Fields: explained(fields)}
		if err != nil {
			entry = Entry{Err: asError(err)}
		}
		doc.Estimates = append(doc.Estimates, entry)
	}
	return doc
}

// rankError gives an error of stats/rank the form of the others.
func rankError(err error) error {
	var known *rank.Error
	if errors.As(err, &known) {
		return &Error{Code: known.Code, At: known.At, Message: known.Message}
	}
	return err
}

// asError keeps the code of an *Error and gives any other error the code
// "data.unreadable".
func asError(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return &Error{Code: "data.unreadable", Message: err.Error()}
}

// within names the step or field that an error belongs to.
func within(place string, err error) error {
	e := asError(err)
	if e.At != "" {
		return &Error{Code: e.Code, At: place, Message: e.At + ": " + e.Message}
	}
	return &Error{Code: e.Code, At: place, Message: e.Message}
}

// runner holds the data and the design of one analysis.
type runner struct {
	file   *File
	data   *table
	rep    [][]float64
	design *design.Design
	fitted *fitted

	stepsDone int
	response  *weight.Propensity
}

func (r *runner) prepare(open Open) error {
	if err := r.load(open); err != nil {
		return err
	}
	if err := r.data.derive(r.file.Derive); err != nil {
		return err
	}
	if r.file.Design == nil {
		return nil
	}
	if err := r.makeDesign(); err != nil {
		return within("design", err)
	}
	for k := range r.file.Steps {
		if err := r.step(&r.file.Steps[k]); err != nil {
			return within(fmt.Sprintf("steps[%d]", k), err)
		}
		r.stepsDone++
	}
	return nil
}

// load reads both files and drops the rows that fail the filter.
func (r *runner) load(open Open) error {
	data, err := readFile(open, r.file.Data, func(in io.Reader) (*table, error) {
		return readTable(in, r.file.Columns)
	})
	if err != nil {
		return withPlace("data", err)
	}
	r.data = data
	mark, err := data.where(r.file.Filter, "filter")
	if err != nil {
		return err
	}
	if r.file.Design != nil && r.file.Design.Type == "replicate" {
		if err := r.loadReplicates(open, mark); err != nil {
			return err
		}
	}
	if len(r.file.Filter) > 0 {
		data.keep(mark)
	}
	return nil
}

func withPlace(place string, err error) error {
	if e := asError(err); e.At == "" {
		return &Error{Code: e.Code, At: place, Message: e.Message}
	}
	return err
}

func readFile[T any](open Open, name string, read func(io.Reader) (T, error)) (T, error) {
	var none T
	in, err := open(name)
	if err != nil {
		return none, fmt.Errorf("open %s: %w", name, err)
	}
	out, err := read(in)
	if closing := in.Close(); err == nil && closing != nil {
		return none, fmt.Errorf("close %s: %w", name, closing)
	}
	return out, err
}

func (r *runner) loadReplicates(open Open, mark []bool) error {
	if r.file.Replicates == "" {
		return weight.Errorf("analysis.no_replicates", "replicates", "a replicate design names its file of replicate weights")
	}
	columns, err := readFile(open, r.file.Replicates, readMatrix)
	if err != nil {
		return withPlace("replicates", err)
	}
	for k, c := range columns {
		if len(c) != len(mark) {
			return weight.Errorf("analysis.replicate_rows", "replicates", "the file has %d rows, the data %d", len(c), len(mark))
		}
		rows := 0
		for _, on := range mark {
			if on {
				rows++
			}
		}
		columns[k] = kept(c, mark, rows)
	}
	r.rep = columns
	return nil
}

// readMatrix reads a CSV text of numbers, column by column, in header order.
func readMatrix(in io.Reader) ([][]float64, error) {
	records, header, err := openCSV(in)
	if err != nil {
		return nil, err
	}
	columns := make([][]float64, len(header))
	for {
		record, err := records.next()
		if err != nil || record == nil {
			return columns, err
		}
		for k, cell := range record {
			v, err := parseNumber(cell)
			if err != nil {
				return nil, weight.Errorf("data.value", fmt.Sprintf("line %d, column %s", records.line, header[k]), "%v", err)
			}
			columns[k] = append(columns[k], v)
		}
	}
}

func (r *runner) makeDesign() (err error) {
	spec := r.file.Design
	switch spec.Type {
	case "taylor", "":
		r.design, err = r.taylor(spec)
	case "replicate":
		r.design, err = r.replicate(spec)
	default:
		err = weight.Errorf("analysis.design_type", "type", "the design type is %q; use taylor or replicate", spec.Type)
	}
	return err
}

func (r *runner) taylor(spec *Design) (*design.Design, error) {
	out := design.Spec{N: r.data.rows, Nest: spec.Nest}
	var err error
	for _, name := range spec.IDs {
		codes, err := r.units(name, "ids")
		if err != nil {
			return nil, err
		}
		out.IDs = append(out.IDs, codes)
	}
	if out.Strata, err = r.strata(spec.Strata); err != nil {
		return nil, err
	}
	if spec.Weights != "" {
		if out.Weights, err = r.data.number(spec.Weights, "weights"); err != nil {
			return nil, err
		}
	}
	for _, name := range spec.FPC {
		values, err := r.data.number(name, "fpc")
		if err != nil {
			return nil, err
		}
		out.FPC = append(out.FPC, values)
	}
	if out.Lonely, err = lonelyRule(spec.Lonely); err != nil {
		return nil, err
	}
	if out.PPS, err = ppsRule(spec.PPS); err != nil {
		return nil, err
	}
	return design.New(out)
}

// units returns the codes of a cluster or stratum column, which may not be
// missing anywhere.
func (r *runner) units(name, place string) ([]int32, error) {
	s, err := r.data.column(name, place)
	if err != nil {
		return nil, err
	}
	codes, _ := s.categories()
	for i, k := range codes {
		if k < 0 {
			return nil, weight.Errorf("design.missing", place, "row %d has no value in column %q; fill it in or filter the row", i+1, name)
		}
	}
	return codes, nil
}

// strata crosses the stratum columns; nil without any.
func (r *runner) strata(names []string) ([]int32, error) {
	var out []int32
	for _, name := range names {
		codes, err := r.units(name, "strata")
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = codes
			continue
		}
		out = cross(out, codes)
	}
	return out, nil
}

// cross numbers the pairs of two codes.
func cross(a, b []int32) []int32 {
	seen := map[[2]int32]int32{}
	out := make([]int32, len(a))
	for i := range a {
		key := [2]int32{a[i], b[i]}
		id, ok := seen[key]
		if !ok {
			id = int32(len(seen))
			seen[key] = id
		}
		out[i] = id
	}
	return out
}

func lonelyRule(word string) (design.Lonely, error) {
	switch word {
	case "", "fail":
		return design.LonelyFail, nil
	case "remove":
		return design.LonelyRemove, nil
	case "certainty":
		return design.LonelyCertainty, nil
	case "adjust":
		return design.LonelyAdjust, nil
	case "average":
		return design.LonelyAverage, nil
	}
	return 0, weight.Errorf("analysis.lonely_psu", "lonely_psu", "the rule %q is not known; use fail, remove, certainty, adjust or average", word)
}

func ppsRule(word string) (design.PPS, error) {
	switch word {
	case "":
		return design.NoPPS, nil
	case "brewer":
		return design.Brewer, nil
	case "overton":
		return design.Overton, nil
	}
	return 0, weight.Errorf("analysis.pps", "pps", "the method %q is not known; use brewer or overton", word)
}

func (r *runner) replicate(spec *Design) (*design.Design, error) {
	w, err := r.data.number(spec.Weights, "weights")
	if err != nil {
		return nil, err
	}
	return design.NewReplicate(design.ReplicateSpec{
		Weights: w, Columns: r.rep, Combined: spec.Combined,
		Scale: spec.Scale, RScales: spec.RScales, MSE: spec.MSE,
	})
}

// Failure is the document of an analysis that could not be read.
func Failure(err error) *Document {
	return &Document{Estimates: []Entry{}, Error: asError(err)}
}
