package respond

import "sync"

// fields takes a form apart, in memory that the next form uses again. What it
// returns lives until it is put back; strings live as long as they are wanted.
type fields struct {
	decoded []byte
	ends    []int // of each name and each value in decoded
	values  []string
	answers map[string][]string
	meta    map[string][]string // fields whose names begin with an underscore
}

// rooms keeps fields between forms. It is safe for concurrent use.
type rooms struct{ pool sync.Pool }

func (r *rooms) take() *fields {
	if f, ok := r.pool.Get().(*fields); ok {
		return f
	}
	const usual = 32 // fields
	return &fields{answers: make(map[string][]string, usual), meta: make(map[string][]string, usual/2)}
}

// roomy is how many bytes or fields are worth keeping the memory for.
const roomy = 8 << 10

func (r *rooms) put(f *fields) {
	if cap(f.decoded) > roomy || len(f.answers) > roomy/64 || len(f.meta) > roomy/64 {
		return
	}
	clear(f.values)
	clear(f.answers)
	clear(f.meta)
	r.pool.Put(f)
}

// read takes a body apart as the server's own reader of forms does: pairs between
// "&", a name up to the first "=", "+" for a space, "%" before two hexadecimal
// digits, and as it stands before anything else.
func (f *fields) read(body []byte) {
	f.decoded, f.ends = f.decoded[:0], f.ends[:0]
	for len(body) > 0 {
		body = f.pair(body)
	}
	text, from := string(f.decoded), 0
	if n := len(f.ends) / 2; cap(f.values) < n {
		f.values = make([]string, n)
	} else {
		f.values = f.values[:n]
	}
	for i := range f.values {
		middle, end := f.ends[2*i], f.ends[2*i+1]
		f.values[i] = text[middle:end]
		if end > from { // a pair of nothing is none
			f.add(text[from:middle], i)
		}
		from = end
	}
}

// add puts value i under its name.
func (f *fields) add(name string, i int) {
	to := f.answers
	if len(name) > 0 && name[0] == '_' {
		to = f.meta
	}
	if earlier, ok := to[name]; ok {
		to[name] = append(earlier, f.values[i])
		return
	}
	to[name] = f.values[i : i+1 : i+1]
}

// pair decodes the first pair and returns what is left behind it.
func (f *fields) pair(body []byte) []byte {
	named, from := false, 0 // from: where what is not yet copied begins
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c > '=' {
			continue // most of what is typed
		}
		switch {
		case c == '&':
			f.decoded = append(f.decoded, body[from:i]...)
			f.close(named)
			return body[i+1:]
		case c == '=' && !named:
			f.decoded = append(f.decoded, body[from:i]...)
			f.ends = append(f.ends, len(f.decoded))
			named, from = true, i+1
		case c == '+':
			f.decoded = append(append(f.decoded, body[from:i]...), ' ')
			from = i + 1
		case c == '%':
			i, from = f.coded(body, i, from)
		}
	}
	f.decoded = append(f.decoded, body[from:]...)
	f.close(named)
	return nil
}

// coded decodes the run of coded bytes that begins at i, after what stands before
// it, and returns the place of its last byte and the one behind. What only looks
// coded stays as it is.
func (f *fields) coded(body []byte, i, from int) (last, next int) {
	begin := i
	for i+2 < len(body) && body[i] == '%' {
		high, low := digit(body[i+1]), digit(body[i+2])
		if high|low > 0xf {
			break
		}
		if i == begin {
			f.decoded = append(f.decoded, body[from:begin]...)
		}
		f.decoded = append(f.decoded, high<<4|low)
		i += 3
	}
	if i == begin {
		return begin, from
	}
	return i - 1, i
}

// close ends a value, or a name without one.
func (f *fields) close(named bool) {
	if !named {
		f.ends = append(f.ends, len(f.decoded))
	}
	f.ends = append(f.ends, len(f.decoded))
}

// digit is the worth of a hexadecimal digit, 255 for any other byte.
func digit(c byte) byte {
	const none = 0xff
	switch {
	case c-'0' < 10:
		return c - '0'
	case c|0x20-'a' < 6:
		return c | 0x20 - 'a' + 10
	}
	return none
}
