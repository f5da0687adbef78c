package respond

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
)

// unpack reads a page back as a browser would.
func unpack(c coding, page []byte) ([]byte, error) {
	var r io.Reader = bytes.NewReader(page)
	switch c {
	case plain:
	case gzipped:
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("respond: unpack: %w", err)
		}
		r = z
	case brotlied:
		r = brotli.NewReader(r)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("respond: unpack: %w", err)
	}
	return out, nil
}
