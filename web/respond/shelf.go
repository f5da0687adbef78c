package respond

import (
	"container/list"
	"sync"

	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// label names a page that is the same for everyone who is shown it, but for the
// address and the end of its form.
type label struct {
	paper   string // hash of the published questionnaire
	channel survey.Channel
	made    bool
	drafts  int // days that the notice names
	traces  int
	place   string // id of the question, "all", or "" for the first page
	number  int    // of the question, as residents see it
	total   int    // how many they are told there are
	variant questionnaire.Variant
	lang    view.Lang
	size    string
	coding  coding
}

// shelf keeps ready pages, those used last, up to a number of bytes. It is safe
// for concurrent use.
type shelf struct {
	limit int

	mu    sync.Mutex
	size  int
	order *list.List // of *kept, the last used first
	pages map[label]*list.Element
}

// kept is one page on the shelf. It is made once, also when many ask for it at
// the same moment.
type kept struct {
	label label
	once  sync.Once
	page  *ready
	err   error
	size  int
}

func newShelf(limit int) *shelf {
	return &shelf{limit: limit, order: list.New(), pages: map[label]*list.Element{}}
}

// take returns the page of that label and makes it where there is none.
func (s *shelf) take(l label, make func() (*ready, error)) (*ready, error) {
	one := s.find(l)
	one.once.Do(func() {
		one.page, one.err = make()
		s.account(one)
	})
	return one.page, one.err
}

func (s *shelf) find(l label) *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.pages[l]; ok {
		if one, ok := at.Value.(*kept); ok {
			s.order.MoveToFront(at)
			return one
		}
	}
	one := &kept{label: l}
	s.pages[l] = s.order.PushFront(one)
	return one
}

// overhead is what an entry takes besides the bytes of its page.
const overhead = 1 << 10

// account counts a page that was made, and takes the least used ones off where
// the shelf is full. A page that could not be made is not kept.
func (s *shelf) account(one *kept) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, here := s.pages[one.label]
	if !here || at.Value != any(one) {
		return // taken off meanwhile
	}
	if one.err != nil {
		s.drop(at)
		return
	}
	one.size = overhead + len(one.page.head) + len(one.page.mid) + len(one.page.tail)
	s.size += one.size
	for s.size > s.limit && s.order.Len() > 1 {
		s.drop(s.order.Back())
	}
}

func (s *shelf) drop(at *list.Element) {
	one, ok := s.order.Remove(at).(*kept)
	if !ok {
		panic("respond: the shelf holds something that is no page")
	}
	delete(s.pages, one.label)
	s.size -= one.size
}
