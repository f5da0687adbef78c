package questionnaire

// quick checks a plain form of a paper without rules at once: every field a
// question's, every answer sound, nothing that ends the paper. It returns what the
// whole check would, or false where the form is not so plain; then the whole check
// says what is wrong, if anything is. Nearly every form is plain.
func (q *Questionnaire) quick(values map[string][]string, v Variant) (Sheet, bool) {
	if q.ruled {
		return Sheet{}, false
	}
	s := Sheet{Variant: v % Variant(q.Variants()), cells: make([]byte, q.cells)}
	known := 0
	for i := range q.questions {
		one := &q.questions[i]
		given, here := values[one.ID]
		if here {
			known++
		}
		if !one.take(given, &s) {
			return Sheet{}, false
		}
		s.asked[i/64] |= 1 << (i % 64)
	}
	if known != len(values) {
		return Sheet{}, false
	}
	s.Disposition, s.EndedBy = q.disposition(s, "")
	return s, true
}

// take puts an answer into the sheet; false where it is not plain.
func (q *Question) take(given []string, s *Sheet) bool {
	if len(given) == 0 || len(given) == 1 && given[0] == "" {
		return !q.Required
	}
	cell := s.cells[q.offset : q.offset+q.width]
	switch q.Type {
	case Single, Area, ScaleOf:
		return len(given) == 1 && q.takeOne(given[0], cell)
	case Multiple:
		return q.takeSeveral(given, cell)
	default:
		return q.takeEntered(given, cell, s)
	}
}

// plain returns the place of a choice that does not end the paper, -1 for any
// other code.
func (q *Question) plain(code string) int {
	for i := range q.Choices {
		if one := &q.Choices[i]; one.Code == code {
			if one.Ends {
				return -1
			}
			return i
		}
	}
	return -1
}

func (q *Question) takeOne(code string, cell []byte) bool {
	at := q.plain(code)
	if at < 0 {
		return false
	}
	if q.Type == ScaleOf {
		cell[0] = byte(q.point(code)) + q.base
	} else {
		cell[0] = byte(at + 1)
	}
	return true
}

func (q *Question) takeSeveral(codes []string, cell []byte) bool {
	for _, code := range codes {
		at := q.plain(code)
		if at < 0 || q.Choices[at].Exclusive && len(codes) > 1 || cell[at/8]&(1<<(at%8)) != 0 {
			return false
		}
		cell[at/8] |= 1 << (at % 8)
	}
	return true
}

// takeEntered takes what is typed or ranked, as the whole check reads it.
func (q *Question) takeEntered(given []string, cell []byte, s *Sheet) bool {
	codes, refusal := q.Read(given)
	if refusal != nil || q.EndedBy(codes) {
		return false
	}
	if len(codes) == 0 {
		return true
	}
	q.encode(codes, cell)
	q.keepText(codes[0], s)
	return true
}

// keepText keeps a free text apart from the codes.
func (q *Question) keepText(text string, s *Sheet) {
	switch {
	case q.Type != Words || q.choiceIndex(text) >= 0:
	case q.Section == Open:
		s.Open = text
	default:
		if s.Texts == nil {
			s.Texts = map[string]string{}
		}
		s.Texts[q.ID] = text
	}
}
