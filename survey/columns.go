package survey

import (
	"slices"

	"minyi/survey/invite"
	"minyi/survey/questionnaire"
	"minyi/survey/tabulate"
)

// reader reads one thing known of each person off the packed sheets, as a column
// of codes: what the bytes of an answer stand for is spelled once for each
// different cell, by a sheet on which nothing else is answered.
type reader[V comparable] struct {
	paper *questionnaire.Questionnaire
	id    string
	spell func(questionnaire.Sheet) V
	first int // its columns among those that are read
	width int // 0: the same of everybody

	values []V
	codes  map[V]uint8
	quick  [256]int16       // code by byte, plus 1; of answers of one byte
	cells  map[string]uint8 // of longer ones
}

// plan lists the bytes that are read of each sheet.
type plan struct {
	paper *questionnaire.Questionnaire
	bytes []int
}

// newReader plans to read the answer to a question; without one everybody has the
// zero value.
func newReader[V comparable](p *plan, id string, spell func(questionnaire.Sheet) V) *reader[V] {
	r := &reader[V]{paper: p.paper, id: id, spell: spell, first: len(p.bytes), codes: map[V]uint8{}, cells: map[string]uint8{}}
	at, width := p.paper.PackedAt(id)
	r.width = width
	for k := range width {
		p.bytes = append(p.bytes, at+k)
	}
	if width == 0 {
		var none V
		r.values = append(r.values, none)
	}
	return r
}

// read appends the codes of the rows.
func (r *reader[V]) read(to []uint8, rows []int32, columns [][]byte) (_ []uint8, err error) {
	switch r.width {
	case 0:
		return append(to, make([]uint8, len(rows))...), nil
	case 1:
		column := columns[r.first]
		for _, i := range rows {
			b := column[i]
			if r.quick[b] == 0 {
				code, err := r.enter([]byte{b})
				if err != nil {
					return nil, err
				}
				r.quick[b] = int16(code) + 1
			}
			to = append(to, uint8(r.quick[b]-1))
		}
		return to, nil
	}
	cell := make([]byte, r.width)
	for _, i := range rows {
		for k := range cell {
			cell[k] = columns[r.first+k][i]
		}
		code, ok := r.cells[string(cell)]
		if !ok {
			if code, err = r.enter(cell); err != nil {
				return nil, err
			}
			r.cells[string(cell)] = code
		}
		to = append(to, code)
	}
	return to, nil
}

// enter gives the value of a cell its code. There are never more than 255: a scale
// has fewer points, and a question with a role fewer options.
func (r *reader[V]) enter(cell []byte) (uint8, error) {
	sheet, err := r.paper.Lone(r.id, cell)
	if err != nil {
		return 0, err
	}
	value := r.spell(sheet)
	code, ok := r.codes[value]
	if !ok {
		code = uint8(len(r.values))
		r.codes[value] = code
		r.values = append(r.values, value)
	}
	return code, nil
}

// columns reads what tables are made of.
type columns struct {
	plan                plan
	items               []*reader[int]
	sex, residence, age *reader[string]
	others              []*reader[string] // that the plan of the weights asks for
	insiders            []*reader[bool]

	kinds  []invite.Kind // by batch
	units  []tabulate.Unit
	place  []int32 // of a batch among the units
	rows   [2][]int32
	sheets [2]tabulate.Sheets // of the sample, of the posters
	sieve  *sieve             // leaves the excluded out
}

// The two kinds of sheets; a batch that nobody issued is unit 0, which has no
// weight.
const (
	ofSample = iota
	ofPosters
)

// reach says which answers are read.
type reach int

const (
	counting   reach = iota // those that count: without what the review excluded
	grouping                // the same, with the age as it was asked
	everything              // all that came back
)

// gather returns the columns of the sampled and of the poster answers in scope.
func (s *Service) gather(l *live, r reach) (sampled, posters tabulate.Sheets, err error) {
	c := newColumns(l, r)
	if r != everything {
		if c.sieve, err = l.sieve(c.plan.bytes); err != nil {
			return sampled, posters, err
		}
	}
	if err := s.Intake.Columns(l.survey.Number, l.paper.PackedSize(), c.plan.bytes, c.add); err != nil {
		return sampled, posters, err
	}
	if err := c.sieve.done(); err != nil {
		return sampled, posters, err
	}
	for k := range c.sheets {
		c.name(&c.sheets[k])
		c.sheets[k].Units = c.units
	}
	return c.sheets[ofSample], c.sheets[ofPosters], nil
}

func newColumns(l *live, r reach) *columns {
	q := l.paper
	c := &columns{
		plan:  plan{paper: q, bytes: []int{questionnaire.HeadFormat, questionnaire.HeadDisposition}},
		units: []tabulate.Unit{{}},
	}
	for _, item := range q.Scored() {
		c.items = append(c.items, newReader(&c.plan, item.ID, func(s questionnaire.Sheet) int { return q.Point(s, item.ID) }))
	}
	role := func(r questionnaire.Role, spell func(questionnaire.Sheet) string) *reader[string] {
		one, _ := q.WithRole(r)
		return newReader(&c.plan, one.ID, spell)
	}
	c.sex = role(questionnaire.RoleSex, func(s questionnaire.Sheet) string { return q.RoleCode(s, questionnaire.RoleSex) })
	c.residence = role(questionnaire.RoleResidence, func(s questionnaire.Sheet) string { return q.RoleCode(s, questionnaire.RoleResidence) })
	c.age = role(questionnaire.RoleAge, q.AgeMargin)
	others := l.survey.Weighting.questions()
	if id := l.ages(); r == grouping && id != "" && !slices.Contains(others, id) {
		others = append(others, id)
	}
	for _, id := range others {
		c.others = append(c.others, newReader(&c.plan, id, func(s questionnaire.Sheet) string { return category(q, s, id) }))
	}
	const insider = "insider"
	for _, one := range q.Marking(insider) {
		c.insiders = append(c.insiders, newReader(&c.plan, one.ID, func(s questionnaire.Sheet) bool { return q.Flagged(s, insider) }))
	}
	for k := range c.sheets {
		c.sheets[k].Points = make([]tabulate.Points, len(c.items))
		c.sheets[k].Others = make([]tabulate.Known, len(c.others))
	}
	c.issue(l.survey)
	return c
}

// ages is the question of the age, empty where the paper has none.
func (l *live) ages() string {
	one, _ := l.paper.WithRole(questionnaire.RoleAge)
	return one.ID
}

// issue notes the units that the batches stand for.
func (c *columns) issue(sv *Survey) {
	places := map[tabulate.Unit]int{}
	for _, b := range sv.Batches {
		for int(b.Number) >= len(c.place) {
			c.place, c.kinds = append(c.place, 0), append(c.kinds, 0)
		}
		unit := unitOf(sv, b)
		at, known := places[unit] // a PSU may have several batches
		if !known {
			at = len(c.units)
			places[unit] = at
			c.units = append(c.units, unit)
		}
		c.kinds[b.Number], c.place[b.Number] = b.Kind, int32(at)
	}
}

// add reads a block.
func (c *columns) add(batches []uint32, bytes [][]byte) error {
	if err := c.choose(batches, bytes); err != nil {
		return err
	}
	for k := range c.sheets {
		if err := c.append(&c.sheets[k], c.rows[k], bytes); err != nil {
			return err
		}
	}
	for k := range c.sheets {
		to := &c.sheets[k]
		for _, i := range c.rows[k] {
			unit := int32(0)
			if b := batches[i]; int(b) < len(c.place) {
				unit = c.place[b]
			}
			to.Of = append(to.Of, unit)
		}
	}
	return nil
}

// choose sorts the rows of a block into those of the sample and of the posters,
// without those that are excluded or not in scope.
func (c *columns) choose(batches []uint32, bytes [][]byte) error {
	formats, dispositions := bytes[0], bytes[1]
	for k := range c.rows {
		c.rows[k] = c.rows[k][:0]
	}
	for i, b := range batches {
		d, err := questionnaire.Head(formats[i], dispositions[i])
		if err != nil {
			return err
		}
		if c.sieve.blocked(b, bytes, i) || !d.InScope() {
			continue
		}
		k := ofSample
		if int(b) < len(c.kinds) && c.kinds[b] == invite.Poster {
			k = ofPosters
		}
		c.rows[k] = append(c.rows[k], int32(i))
	}
	return nil
}

// append reads all but the units.
func (c *columns) append(to *tabulate.Sheets, rows []int32, bytes [][]byte) (err error) {
	for k, item := range c.items {
		if to.Points[k].Code, err = item.read(to.Points[k].Code, rows, bytes); err != nil {
			return err
		}
	}
	for _, one := range []struct {
		r  *reader[string]
		to *tabulate.Category
	}{{c.sex, &to.Sex}, {c.residence, &to.Residence}, {c.age, &to.Age}} {
		if one.to.Code, err = one.r.read(one.to.Code, rows, bytes); err != nil {
			return err
		}
	}
	for k, one := range c.others {
		if to.Others[k].Code, err = one.read(to.Others[k].Code, rows, bytes); err != nil {
			return err
		}
	}
	from := len(to.Insider)
	to.Insider = append(to.Insider, make([]bool, len(rows))...)
	for _, one := range c.insiders {
		codes, err := one.read(nil, rows, bytes)
		if err != nil {
			return err
		}
		for i, code := range codes {
			to.Insider[from+i] = to.Insider[from+i] || one.values[code]
		}
	}
	to.N += len(rows)
	return nil
}

// name hands over what the codes stand for.
func (c *columns) name(s *tabulate.Sheets) {
	for k, item := range c.items {
		s.Points[k].Of = item.values
	}
	s.Sex.Names, s.Residence.Names, s.Age.Names = c.sex.values, c.residence.values, c.age.values
	for k, one := range c.others {
		s.Others[k].Variable, s.Others[k].Names = one.id, one.values
	}
}
