package analysis

import (
	"io"
	"math"
	"runtime"
	"slices"
	"sort"
	"sync"
)

// piece is one chunk as read: its parts by column, in codes of its reader.
type piece struct {
	at    int
	rows  int
	by    *rowReader
	parts []part
	err   error
}

// readRows reads the rows behind the header on all processors, each taking chunks
// of the text as they come, and returns the pieces in their order; the first error
// in the text is the error. What it returns does not depend on who read what.
func readRows(in io.Reader, line int, start func() (*rowReader, error)) ([]piece, error) {
	workers := runtime.GOMAXPROCS(0)
	c := &cutter{in: in, line: line, spare: make(chan []byte, workers+2)}
	chunks, found := make(chan chunk, 1), make([][]piece, workers)
	failed := make(chan struct{}, workers)
	var wait sync.WaitGroup
	for k := range found {
		reader, err := start()
		if err != nil {
			close(chunks)
			return nil, err
		}
		wait.Go(func() { found[k] = reader.work(c, chunks, failed) })
	}
	err := c.feed(chunks, failed)
	close(chunks)
	wait.Wait()
	all := slices.Concat(found...)
	sort.Slice(all, func(a, b int) bool { return all[a].at < all[b].at })
	for _, p := range all {
		if p.err != nil {
			return nil, p.err
		}
	}
	return all, err
}

// feed cuts chunks until the text ends or a reader has failed.
func (c *cutter) feed(chunks chan<- chunk, failed <-chan struct{}) error {
	for {
		next, err := c.cut()
		if err != nil || len(next.text) == 0 {
			return err
		}
		select {
		case chunks <- next:
		case <-failed:
			return nil
		}
	}
}

// work reads chunks until there are no more, or one cannot be read. It reads on
// after a failure, as an earlier chunk than the failed may still come.
func (r *rowReader) work(c *cutter, chunks <-chan chunk, failed chan<- struct{}) []piece {
	var out []piece
	for next := range chunks {
		p := piece{at: next.at, by: r}
		p.rows, p.parts, p.err = r.read(next)
		out = append(out, p)
		if p.err != nil {
			select {
			case failed <- struct{}{}:
			default:
			}
		}
		select {
		case c.spare <- next.text[:0]:
		default:
		}
	}
	return out
}

// gather joins the parts of column k to one series and lets go of them.
func gather(k int, pieces []piece, rows int) *series {
	first := pieces[0].by.columns[k]
	var out *series
	switch {
	case first.numeric:
		out = gatherNumbers(k, pieces, rows)
	case first.factor:
		out = &series{factor: true, levels: first.declared.Levels, codes: make([]int32, 0, rows)}
		for _, p := range pieces {
			out.codes = append(out.codes, p.parts[k].codes...)
		}
	default:
		out = gatherTexts(k, pieces, rows)
	}
	for _, p := range pieces {
		p.parts[k] = part{}
	}
	return out
}

// gatherTexts puts the levels of a string column in byte order.
func gatherTexts(k int, pieces []piece, rows int) *series {
	out := &series{codes: make([]int32, rows)}
	for _, p := range pieces {
		out.levels = append(out.levels, p.by.columns[k].known.texts...)
	}
	sort.Strings(out.levels)
	out.levels = slices.Compact(out.levels)
	to, at := map[*rowReader][]int32{}, 0
	for _, p := range pieces {
		if to[p.by] == nil {
			to[p.by] = placesOf(p.by.columns[k].known.texts, out.levels)
		}
		place := to[p.by]
		for _, code := range p.parts[k].codes {
			out.codes[at] = place[code+1]
			at++
		}
	}
	return out
}

// placesOf returns the place of every text among the sorted levels, behind a -1 for
// the missing code -1.
func placesOf(texts, levels []string) []int32 {
	out := make([]int32, len(texts)+1)
	out[0] = -1
	for k, text := range texts {
		at, _ := slices.BinarySearch(levels, text)
		out[k+1] = int32(at)
	}
	return out
}

// gatherNumbers keeps a number column compact, its points sorted (NaN last), where
// there are at most maxPoints of them.
func gatherNumbers(k int, pieces []piece, rows int) *series {
	points, few := commonPoints(k, pieces)
	if !few {
		return spelledOut(k, pieces, rows)
	}
	out := &series{numeric: true, points: points, small: make([]uint8, 0, rows)}
	to := map[*rowReader]*[256]uint8{}
	for _, p := range pieces {
		place := to[p.by]
		if place == nil {
			place = &[256]uint8{}
			for code, v := range p.by.columns[k].points {
				place[code] = uint8(pointOf(points, v))
			}
			to[p.by] = place
		}
		for _, code := range p.parts[k].small {
			out.small = append(out.small, place[code])
		}
	}
	return out
}

// commonPoints are the different numbers of all readers; few is false where there
// are more than maxPoints texts for them, in all or for one reader.
func commonPoints(k int, pieces []piece) (points []float64, few bool) {
	seen, texts := map[uint64]bool{}, map[string]bool{}
	for _, p := range pieces {
		c := p.by.columns[k]
		if c.wide {
			return nil, false
		}
		for code, v := range c.points {
			texts[c.known.texts[code]] = true
			if bits := math.Float64bits(v); !seen[bits] {
				seen[bits] = true
				points = append(points, v)
			}
		}
	}
	sort.Slice(points, func(a, b int) bool { return before(points[a], points[b]) })
	return points, len(texts) <= maxPoints
}

// before orders numbers, -0 before 0 and NaN last.
func before(a, b float64) bool {
	if a == b {
		return math.Signbit(a) && !math.Signbit(b)
	}
	return a < b || (math.IsNaN(b) && !math.IsNaN(a))
}

func pointOf(points []float64, v float64) int {
	return sort.Search(len(points), func(k int) bool { return !before(points[k], v) })
}

func spelledOut(k int, pieces []piece, rows int) *series {
	out := &series{numeric: true, numbers: make([]float64, 0, rows)}
	for _, p := range pieces {
		out.numbers = append(out.numbers, p.parts[k].numbers...)
		for _, code := range p.parts[k].small {
			out.numbers = append(out.numbers, p.by.columns[k].points[code])
		}
	}
	return out
}
