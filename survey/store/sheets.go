package store

// blockSheets is how many packed answers one block of memory holds: growing by
// blocks copies nothing and wastes no more than one of them.
const blockSheets = 4096

// sheets holds packed answers of one width with their batches, in the order of
// their coming. Blocks are only ever appended to.
type sheets struct {
	width  int
	n      int
	packed [][]byte
	batch  [][]uint32
}

func (s *sheets) add(batch uint32, answers []byte) {
	s.width = len(answers)
	if s.n%blockSheets == 0 {
		s.packed = append(s.packed, make([]byte, 0, blockSheets*s.width))
		s.batch = append(s.batch, make([]uint32, 0, blockSheets))
	}
	last := len(s.packed) - 1
	s.packed[last] = append(s.packed[last], answers...)
	s.batch[last] = append(s.batch[last], batch)
	s.n++
}

// view is a copy of what there is now, which may be read while more is added.
func (s *sheets) view() sheets {
	return sheets{width: s.width, n: s.n, packed: append([][]byte(nil), s.packed...), batch: append([][]uint32(nil), s.batch...)}
}

func (s *sheets) each(fn func(batch uint32, packed []byte) error) error {
	for b, batches := range s.batch {
		for i, batch := range batches {
			if err := fn(batch, s.packed[b][i*s.width:(i+1)*s.width]); err != nil {
				return err
			}
		}
	}
	return nil
}
