package job

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"minyi/indicators/keyring"
)

// A sealed file begins with a line that names its algorithm (AES-256-GCM or SM4-GCM,
// by setting); then come a salt and pieces of sealPiece plain bytes, each sealed under
// a key of the file alone, with its number and whether it is the last as nonce: the
// STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár ("Online
// Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015). So no piece
// can be changed, moved, left out or cut off unseen. Files from before they named
// anything begin with the salt, and are AES-256-GCM.
const (
	sealMark  = "mysf1."
	sealHead  = len(sealMark) + 4 // the algorithm in three letters, and the line's end
	sealSalt  = 16
	sealPiece = 64 << 10
	sealTag   = 16
)

// errDamaged says that a sealed file is not what it was.
var errDamaged = errors.New("job: a sealed file is damaged")

// headOf is the first line of a file.
func headOf(a keyring.Algorithm) string { return sealMark + string(a) + "\n" }

// fileCipher is the cipher of one file; no algorithm is that of files which name none.
func fileCipher(a keyring.Algorithm, secret, salt []byte, name string) (cipher.AEAD, error) {
	const bits256 = 32
	of := "minyi/job/file/v1/" + name
	if a != "" {
		of = "minyi/job/file/v2/" + string(a) + "/" + name
	}
	key, err := hkdf.Key(sha256.New, secret, salt, of, bits256)
	if err != nil {
		return nil, fmt.Errorf("job: key of a file: %w", err)
	}
	if a != "" {
		return keyring.AEAD(a, key, "job-file")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("job: key of a file: %w", err)
	}
	return cipher.NewGCM(block)
}

// pieceNonce is the number of a piece and whether it is the last.
func pieceNonce(n uint64, last bool) []byte {
	nonce := make([]byte, 12)
	binary.BigEndian.PutUint64(nonce[3:], n)
	if last {
		nonce[11] = 1
	}
	return nonce
}

// sealing writes a sealed file. Close writes the last piece; without it the file
// cannot be read.
type sealing struct {
	to    io.Writer
	with  cipher.AEAD
	plain []byte
	n     uint64
	err   error
}

func seal(to io.Writer, a keyring.Algorithm, secret []byte, name string) (*sealing, error) {
	salt := make([]byte, sealSalt)
	if _, err := rand.Read(salt); err != nil {
		return nil, fmt.Errorf("job: salt: %w", err)
	}
	with, err := fileCipher(a, secret, salt, name)
	if err != nil {
		return nil, err
	}
	if _, err := to.Write(append([]byte(headOf(a)), salt...)); err != nil {
		return nil, err
	}
	return &sealing{to: to, with: with, plain: make([]byte, 0, sealPiece)}, nil
}

// Write takes plain bytes; after an error it takes none.
func (s *sealing) Write(p []byte) (int, error) {
	taken := 0
	for len(p) > 0 && s.err == nil {
		if len(s.plain) == sealPiece {
			s.flush(false)
			continue
		}
		n := copy(s.plain[len(s.plain):sealPiece], p)
		s.plain, p, taken = s.plain[:len(s.plain)+n], p[n:], taken+n
	}
	return taken, s.err
}

func (s *sealing) flush(last bool) {
	_, s.err = s.to.Write(s.with.Seal(nil, pieceNonce(s.n, last), s.plain, nil))
	s.plain = s.plain[:0]
	s.n++
}

// Close writes the last piece.
func (s *sealing) Close() error {
	if s.err == nil {
		s.flush(true)
	}
	return s.err
}

// opening reads a sealed file.
type opening struct {
	from  *bufio.Reader
	with  cipher.AEAD
	piece []byte // sealed
	plain []byte // of the piece in hand, not yet read
	n     uint64
	over  bool
}

func unseal(from io.Reader, secret []byte, name string) (*opening, error) {
	in := bufio.NewReaderSize(from, sealPiece+sealTag)
	a, err := named(in)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, sealSalt)
	if _, err := io.ReadFull(in, salt); err != nil {
		return nil, errors.Join(errDamaged, err)
	}
	with, err := fileCipher(a, secret, salt, name)
	if err != nil {
		return nil, err
	}
	return &opening{from: in, with: with, piece: make([]byte, sealPiece+sealTag)}, nil
}

// named reads the algorithm that a file names, and nothing of one that names none.
func named(in *bufio.Reader) (keyring.Algorithm, error) {
	head, err := in.Peek(sealHead)
	if err != nil {
		return "", errors.Join(errDamaged, err)
	}
	for _, a := range keyring.Algorithms() {
		if string(head) == headOf(a) {
			_, err := in.Discard(sealHead)
			return a, err
		}
	}
	return "", nil
}

// Read gives plain bytes, and errDamaged where the file is not what was written.
func (o *opening) Read(p []byte) (int, error) {
	for len(o.plain) == 0 {
		if o.over {
			return 0, io.EOF
		}
		if err := o.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, o.plain)
	o.plain = o.plain[n:]
	return n, nil
}

// next opens one piece. Only the last may be shorter than the others, and nothing
// may follow it.
func (o *opening) next() error {
	n, err := io.ReadFull(o.from, o.piece)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.Join(errDamaged, err)
	}
	if _, err = o.from.Peek(1); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("job: read a file: %w", err)
	}
	o.over = err != nil
	plain, err := o.with.Open(o.piece[:0], pieceNonce(o.n, o.over), o.piece[:n], nil)
	if err != nil {
		return errors.Join(errDamaged, err)
	}
	o.plain, o.n = plain, o.n+1
	return nil
}
