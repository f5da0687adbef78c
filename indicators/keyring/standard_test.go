package keyring_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
	"github.com/emmansun/gmsm/smx509"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// expand is the input of a number, see testdata/README.md.
func expand(kind string, i, n int) (out []byte) {
	for k := 0; len(out) < n; k++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "minyi/%s/%d/%d", kind, i, k))
		out = append(out, sum[:]...)
	}
	return out[:n]
}

func gcm(t *testing.T, block cipher.Block, err error) cipher.AEAD {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	with, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	return with
}

// TestS47SMAgreesWithOpenSSL: SM2, SM3 and SM4 as this program computes them are those
// of the standards' examples and, on 1,000 random inputs, those of OpenSSL.
func TestS47SMAgreesWithOpenSSL(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("testdata", "openssl.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	for strings.HasPrefix(lines[0], "#") {
		lines = lines[1:]
	}
	public := publicKey(t, lines[0])
	n := 0
	for i, line := range lines[1:] {
		cells := strings.Fields(line)
		msg, key, iv := expand("message", i+1, (i+1)%300), expand("key", i+1, 16), expand("iv", i+1, 16)
		if sum := sm3.Sum(msg); hex.EncodeToString(sum[:]) != cells[0] {
			t.Errorf("SM3 of input %d: got %x, want %s", i+1, sum, cells[0])
		}
		block, err := sm4.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]byte, len(msg))
		cipher.NewCTR(block, iv).XORKeyStream(out, msg)
		if sum := sha256.Sum256(out); hex.EncodeToString(sum[:16]) != cells[1] {
			t.Errorf("SM4 of input %d is another", i+1)
		}
		signature, err := base64.StdEncoding.DecodeString(cells[2])
		if err != nil || !sm2.VerifyASN1WithSM2(public, nil, msg, signature) {
			t.Errorf("SM2 signature of input %d does not verify: %v", i+1, err)
		}
		if sm2.VerifyASN1WithSM2(public, nil, append(msg, 0), signature) {
			t.Errorf("SM2 signature of input %d verifies for another text", i+1)
		}
		n++
	}
	if n != 1000 {
		t.Errorf("got %d inputs, want 1000", n)
	}
}

func publicKey(t *testing.T, text string) *ecdsa.PublicKey {
	t.Helper()
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := smx509.ParsePKIXPublicKey(der)
	if err != nil {
		t.Fatal(err)
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok {
		t.Fatalf("got a key of type %T", parsed)
	}
	return key
}

// TestS47SMAgreesWithTheStandards: GB/T 32905 (SM3) A.1, GB/T 32907 (SM4) A.1 and A.2,
// GB/T 32918.5 (SM2) A.2, RFC 8998 (SM4-GCM) A.1.
func TestS47SMAgreesWithTheStandards(t *testing.T) {
	t.Parallel()
	if sum := sm3.Sum([]byte("abc")); hex.EncodeToString(sum[:]) != "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" {
		t.Errorf("SM3: got %x", sum)
	}
	key := unhex(t, "0123456789abcdeffedcba9876543210")
	block, err := sm4.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	once, often := bytes.Clone(key), bytes.Clone(key)
	block.Encrypt(once, once)
	for range 1_000_000 {
		block.Encrypt(often, often)
	}
	if hex.EncodeToString(once) != "681edf34d206965e86b3e94f536e4246" || hex.EncodeToString(often) != "595298c7c6fd271f0402f804c33d3f66" {
		t.Errorf("SM4: got %x and %x", once, often)
	}
	plain := unhex(t, "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa")
	sealed := gcm(t, block, nil).Seal(nil, unhex(t, "00001234567800000000abcd"), plain, unhex(t, "feedfacedeadbeeffeedfacedeadbeefabaddad2"))
	if want := "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
		"83de3541e4c2b58177e065a9bf7b62ec"; hex.EncodeToString(sealed) != want {
		t.Errorf("SM4-GCM: got %x", sealed)
	}
	private, err := sm2.NewPrivateKey(unhex(t, "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"))
	if err != nil {
		t.Fatal(err)
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(new(big.Int).SetBytes(unhex(t, "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3")))
		b.AddASN1BigInt(new(big.Int).SetBytes(unhex(t, "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa")))
	})
	if !sm2.VerifyASN1WithSM2(&private.PublicKey, []byte("1234567812345678"), []byte("message digest"), b.BytesOrPanic()) {
		t.Error("SM2: the standard's signature does not verify")
	}
}

// TestAESGCMIsThatOfTheStandard: test case 16 of McGrew and Viega, "The Galois/Counter
// Mode of Operation", which NIST SP 800-38D names.
func TestAESGCMIsThatOfTheStandard(t *testing.T) {
	t.Parallel()
	block, err := aes.NewCipher(unhex(t, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
	sealed := gcm(t, block, err).Seal(nil, unhex(t, "cafebabefacedbaddecaf888"),
		unhex(t, "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
		unhex(t, "feedfacedeadbeeffeedfacedeadbeefabaddad2"))
	if want := "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662" +
		"76fc6ece0f4e1768cddf8853bb2d551b"; hex.EncodeToString(sealed) != want {
		t.Errorf("got %x", sealed)
	}
}

// openSSL makes the test ask the openssl of the machine about 1,000 inputs; otherwise it
// asks about a few.
const openSSL = "MINYI_OPENSSL"

// TestReadersS47OpenSSLVerifiesWhatIsSignedHere: the machine's own OpenSSL verifies
// signatures that are made here of fresh inputs, and hashes and enciphers them alike.
func TestReadersS47OpenSSLVerifiesWhatIsSignedHere(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("MINYI_READERS") != "" {
			t.Fatal("openssl is missing (Debian: openssl)")
		}
		t.Skip("openssl is not installed")
	}
	inputs := 10
	if os.Getenv(openSSL) != "" {
		inputs = 1000
	}
	private, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := smx509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key := write("key", der)
	for i := range inputs {
		msg := make([]byte, (37*i)%300)
		_, _ = rand.Read(msg)
		signature, err := private.SignWithSM2(rand.Reader, nil, msg)
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key, "-rawin", "-digest", "sm3",
			"-in", write("msg", msg), "-sigfile", write("sig", signature), "-pkeyopt", "distid:1234567812345678").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Verified Successfully") {
			t.Fatalf("input %d: %v, %s", i, err, out)
		}
		digest, err := exec.CommandContext(t.Context(), "openssl", "dgst", "-sm3", "-binary", filepath.Join(dir, "msg")).Output()
		if sum := sm3.Sum(msg); err != nil || !bytes.Equal(sum[:], digest) {
			t.Fatalf("input %d: SM3 is another: %v", i, err)
		}
		secret, iv := make([]byte, sm4.BlockSize), make([]byte, sm4.BlockSize)
		_, _ = rand.Read(secret)
		_, _ = rand.Read(iv)
		block, err := sm4.NewCipher(secret)
		if err != nil {
			t.Fatal(err)
		}
		out = make([]byte, len(msg))
		cipher.NewCTR(block, iv).XORKeyStream(out, msg)
		theirs, err := exec.CommandContext(t.Context(), "openssl", "enc", "-sm4-ctr", "-K", hex.EncodeToString(secret), "-iv", hex.EncodeToString(iv), "-in", filepath.Join(dir, "msg")).Output()
		if err != nil || !bytes.Equal(out, theirs) {
			t.Fatalf("input %d: SM4 is another: %v", i, err)
		}
	}
}

func aesBlock(key []byte) (cipher.Block, error) { return aes.NewCipher(key) }
