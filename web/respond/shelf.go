package respond

import (
	"container/list"
	"sync"
	"sync/atomic"
	"time"

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
	again   bool // the link may answer until the end, and answered, once more
	after   bool
	drafts  int // days that the notice names
	traces  int
	place   string // id of the question, "all", "" for the first page; of the page of thanks its outcome
	unseen  bool   // of the receipt: of the page with all questions
	day     int32  // of the receipt, counted from 1970-01-01
	number  int    // of the question, as residents see it
	total   int    // how many they are told there are
	variant questionnaire.Variant
	lang    view.Lang
	size    string
	coding  coding
}

// shelf keeps ready pages, those used last, up to a number of bytes. It is safe
// for concurrent use.
//
// Whoever asks for a page first waits until it is rendered and packed quickly. It
// is packed as well as can be behind everybody's back: one page at a time, with a
// pause after each, so that it takes no more than a tenth of one core and the
// memory of one packer. When none waits, nothing runs.
type shelf struct {
	limit int
	pause time.Duration

	mu    sync.Mutex
	size  int
	order *list.List // of *kept, the last used first
	pages map[label]*list.Element
	rough []*kept // to be packed better
	busy  bool    // somebody is at it
}

// kept is one page on the shelf. It is made once, also when many ask for it at
// the same moment.
type kept struct {
	label label
	once  sync.Once
	page  atomic.Pointer[ready]
	err   error
	size  int
}

func newShelf(limit int, pause time.Duration) *shelf {
	return &shelf{limit: limit, pause: pause, order: list.New(), pages: map[label]*list.Element{}}
}

// take returns the page of that label and makes it where there is none.
func (s *shelf) take(l label, make func() (*ready, error)) (*ready, error) {
	one := s.find(l)
	one.once.Do(func() {
		page, err := make()
		one.err = err
		one.page.Store(page)
		s.account(one)
	})
	return one.page.Load(), one.err
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
	s.weigh(one)
	if one.page.Load().rough == nil {
		return
	}
	s.rough = append(s.rough, one)
	if !s.busy {
		s.busy = true
		go s.refine()
	}
}

// weigh counts the bytes of a page in place of those it had.
func (s *shelf) weigh(one *kept) {
	page := one.page.Load()
	size := overhead + len(page.head) + len(page.mid) + len(page.tail)
	if page.rough != nil {
		size += len(page.rough.head) + len(page.rough.mid) // the tail is shared
	}
	s.size += size - one.size
	one.size = size
	for s.size > s.limit && s.order.Len() > 1 {
		s.drop(s.order.Back())
	}
}

// refine packs the rough pages, one after the other, until none is left.
func (s *shelf) refine() {
	defer func() {
		if recover() != nil { // what was packed quickly is good enough; the next page tries again
			s.mu.Lock()
			s.busy = false
			s.mu.Unlock()
		}
	}()
	for one := s.next(); one != nil; one = s.next() {
		rough := one.page.Load()
		page, err := pack(rough.coding, best, *rough.rough)
		if err != nil { // what was packed quickly is good enough
			kept := *rough
			page, kept.rough = &kept, nil
		}
		one.page.Store(page)
		s.mu.Lock()
		if at, here := s.pages[one.label]; here && at.Value == any(one) {
			s.weigh(one)
		}
		s.mu.Unlock()
		time.Sleep(s.pause)
	}
}

// next takes the page that waits longest, nil when none does; then nobody is at it
// any more.
func (s *shelf) next() *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rough) == 0 {
		s.rough, s.busy = nil, false
		return nil
	}
	one := s.rough[0]
	s.rough = s.rough[1:]
	return one
}

func (s *shelf) drop(at *list.Element) {
	one, ok := s.order.Remove(at).(*kept)
	if !ok {
		panic("respond: the shelf holds something that is no page")
	}
	delete(s.pages, one.label)
	s.size -= one.size
}
