package ledger_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"minyi/survey/ledger"
)

// vectors are the cases of testdata/vectors.json (its README says how they were
// made), or of the folder that MINYI_TLOG_REFERENCE names.
type vectors struct {
	ID       string            `json:"id"`
	Leaves   []string          `json:"leaves_hex"`
	SHA256   map[string]string `json:"sha256_roots_b64"`
	SM3      map[string]string `json:"sm3_roots_b64"`
	Verifier string            `json:"verifier_key"`
	Good     []string          `json:"checkpoints_ok"`
	Tampered string            `json:"checkpoint_tampered"`

	Inclusion []struct {
		OK    bool          `json:"ok"`
		Index int64         `json:"index"`
		Size  int64         `json:"size"`
		Leaf  ledger.Hash   `json:"leaf_hash"`
		Root  *ledger.Hash  `json:"root"`
		Proof []ledger.Hash `json:"proof"`
	} `json:"inclusion"`
	Consistency []struct {
		OK      bool          `json:"ok"`
		Old     int64         `json:"old_size"`
		Size    int64         `json:"size"`
		OldRoot ledger.Hash   `json:"old_root"`
		Root    *ledger.Hash  `json:"root"`
		Proof   []ledger.Hash `json:"proof"`
	} `json:"consistency"`
	Example struct {
		Commitment string `json:"commitment_hex"`
		Domain     string `json:"domain"`
		Row        string `json:"row"`
		Salt       string `json:"salt_hex"`
	} `json:"commitment_example"`
}

func folder() string {
	if dir := os.Getenv("MINYI_TLOG_REFERENCE"); dir != "" {
		return dir
	}
	return "testdata"
}

func load(t *testing.T) []vectors {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder(), "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no vectors in %s: %v", folder(), err)
	}
	var out []vectors
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var v vectors
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, v)
	}
	return out
}

func (v vectors) leaves(t *testing.T) []ledger.Commitment {
	t.Helper()
	out := make([]ledger.Commitment, len(v.Leaves))
	for i, s := range v.Leaves {
		c, err := ledger.ParseCommitment(s)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = c
	}
	return out
}

// root is the root that a proof is checked against: its own, or the one listed.
func (v vectors) root(t *testing.T, own *ledger.Hash, size int64) ledger.Hash {
	t.Helper()
	if own != nil {
		return *own
	}
	h, err := tlog.ParseHash(v.SHA256[strconv.FormatInt(size, 10)])
	if err != nil {
		t.Fatalf("no root of size %d: %v", size, err)
	}
	return h
}

func TestReference(t *testing.T) {
	t.Parallel()
	for _, v := range load(t) {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			t.Run("commitment", v.commitment)
			t.Run("roots", v.roots)
			t.Run("inclusion", v.inclusion)
			t.Run("consistency", v.consistency)
			t.Run("checkpoints", v.checkpoints)
		})
	}
}

func (v vectors) commitment(t *testing.T) {
	salt, err := hex.DecodeString(v.Example.Salt)
	if err != nil {
		t.Fatal(err)
	}
	got := ledger.Commit(v.ID, [ledger.SaltSize]byte(salt), []byte(v.Example.Row))
	if got.String() != v.Example.Commitment {
		t.Errorf("commitment %s, want %s", got, v.Example.Commitment)
	}
	opening := ledger.Opening{Salt: v.Example.Salt, Row: json.RawMessage(v.Example.Row)}
	if c, err := opening.Commitment(v.ID); err != nil || c != got {
		t.Errorf("opened to %s, %v; want %s", c, err, got)
	}
	if c, err := opening.Commitment(v.ID + "x"); err != nil || c == got {
		t.Errorf("another origin opens to the same commitment (%v)", err)
	}
}

func (v vectors) roots(t *testing.T) {
	leaves := v.leaves(t)
	for text, want := range v.SHA256 {
		size, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		log := grow(t, leaves[:size])
		root, err := ledger.Root(int64(size), log)
		if err != nil || root.String() != want {
			t.Errorf("root of %d: %s, %v; want %s", size, root, err, want)
		}
		var r ledger.Range
		r.Append(leaves[:size]...)
		if got := tlog.Hash(r.Root()).String(); got != v.SM3[text] || !r.Sound() {
			t.Errorf("SM3 root of %d: %s, want %s", size, got, v.SM3[text])
		}
	}
}

func (v vectors) inclusion(t *testing.T) {
	for i, one := range v.Inclusion {
		root := v.root(t, one.Root, one.Size)
		err := ledger.CheckInclusion(one.Proof, one.Size, root, one.Index, one.Leaf)
		if (err == nil) != one.OK {
			t.Errorf("case %d: error %v, want ok %v", i, err, one.OK)
		}
	}
}

func (v vectors) consistency(t *testing.T) {
	for i, one := range v.Consistency {
		root := v.root(t, one.Root, one.Size)
		err := ledger.CheckConsistency(one.Proof, one.Size, root, one.Old, one.OldRoot)
		if (err == nil) != one.OK {
			t.Errorf("case %d: error %v, want ok %v", i, err, one.OK)
		}
	}
}

func (v vectors) checkpoints(t *testing.T) {
	key, err := ledger.NewVerifier(v.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	for _, msg := range v.Good {
		c, err := ledger.OpenCheckpoint([]byte(msg), key)
		if err != nil {
			t.Errorf("refused: %v\n%s", err, msg)
			continue
		}
		size := strconv.FormatInt(c.Size, 10)
		if c.Origin != v.ID || c.Root.String() != v.SHA256[size] || tlog.Hash(c.SM3).String() != v.SM3[size] {
			t.Errorf("read %+v from\n%s", c, msg)
		}
		if !strings.HasPrefix(msg, c.Text()+"\n") {
			t.Errorf("written again: %q", c.Text())
		}
	}
	if _, err := ledger.OpenCheckpoint([]byte(v.Tampered), key); err == nil {
		t.Error("the tampered checkpoint verifies")
	}
}

// grow appends the leaves to an empty log and returns its reader.
func grow(t testing.TB, leaves []ledger.Commitment) ledger.Hashes {
	t.Helper()
	empty := tlog.HashReaderFunc(func(at []int64) ([]ledger.Hash, error) {
		return nil, fmt.Errorf("an empty log has no hash %v", at)
	})
	g, err := ledger.Append(0, leaves, empty)
	if err != nil {
		t.Fatal(err)
	}
	return g.Reader(empty)
}
