package main_test

import (
	"encoding/json"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// module is what `go list -m -json` says of a module in use.
type module struct {
	Path, Version, GoMod string
}

// modFile is what `go mod edit -json` says of a go.mod.
type modFile struct {
	Require []struct{ Path, Version string }
	Replace []struct{ Old struct{ Path string } }
	Tool    []struct{ Path string }
}

func goOut(t *testing.T, into any, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v", strings.Join(args, " "), err)
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatalf("go %s: %v", strings.Join(args, " "), err)
	}
}

// atLeast compares versions of the form vX.Y.Z; a suffix after "-" makes a
// version lower than the same one without.
func atLeast(got, want string) bool {
	g, gotPre, _ := strings.Cut(strings.TrimPrefix(got, "v"), "-")
	w, wantPre, _ := strings.Cut(strings.TrimPrefix(want, "v"), "-")
	gs, ws := strings.Split(g, "."), strings.Split(w, ".")
	for i := range min(len(gs), len(ws)) {
		a, errA := strconv.Atoi(gs[i])
		b, errB := strconv.Atoi(ws[i])
		if errA != nil || errB != nil {
			return false
		}
		if a != b {
			return a > b
		}
	}
	return len(gs) >= len(ws) && (gotPre == "" || gotPre == wantPre)
}

func TestAtLeastComparesVersionsByNumber(t *testing.T) {
	t.Parallel()
	cases := []struct {
		got, want string
		ok        bool
	}{
		{"v1.70.0", "v1.70.0", true},
		{"v1.100.0", "v1.70.0", true},
		{"v1.9.0", "v1.70.0", false},
		{"v2.0.0", "v1.70.0", true},
		{"v1.18.6", "v1.18.7", false},
		{"v1.18.7-rc1", "v1.18.7", false},
		{"", "v1.0.0", false},
	}
	for _, c := range cases {
		if ok := atLeast(c.got, c.want); ok != c.ok {
			t.Errorf("atLeast(%q, %q): got %v, want %v", c.got, c.want, ok, c.ok)
		}
	}
}

func TestS53PinnedModulesAreNewEnough(t *testing.T) {
	t.Parallel()
	pins := map[string]string{
		"github.com/valyala/fasthttp":   "v1.70.0",
		"github.com/klauspost/compress": "v1.18.7",
		"modernc.org/sqlite":            "v1.61.1",
	}
	var file modFile
	goOut(t, &file, "mod", "edit", "-json")
	written := map[string]string{}
	for _, r := range file.Require {
		written[r.Path] = r.Version
	}
	for path, want := range pins {
		var used module
		goOut(t, &used, "list", "-m", "-json", path)
		if !atLeast(used.Version, want) {
			t.Errorf("%s: got %s, want %s or newer", path, used.Version, want)
		}
		if written[path] != used.Version {
			t.Errorf("%s: go.mod pins %q, the build uses %s", path, written[path], used.Version)
		}
	}
}

func TestS53LibcIsTheOneThatSQLiteItselfRequires(t *testing.T) {
	t.Parallel()
	const libc = "modernc.org/libc"
	var sqlite, used module
	goOut(t, &sqlite, "list", "-m", "-json", "modernc.org/sqlite")
	goOut(t, &used, "list", "-m", "-json", libc)
	var file modFile
	goOut(t, &file, "mod", "edit", "-json", sqlite.GoMod)
	for _, r := range file.Require {
		if r.Path == libc {
			if used.Version != r.Version {
				t.Errorf("%s: got %s, want %s", libc, used.Version, r.Version)
			}
			return
		}
	}
	t.Errorf("modernc.org/sqlite %s requires no %s", sqlite.Version, libc)
}

func TestS53GoModHasNoToolsAndNoReplacements(t *testing.T) {
	t.Parallel()
	var file modFile
	goOut(t, &file, "mod", "edit", "-json")
	if len(file.Require) == 0 {
		t.Fatal("go.mod requires nothing: the check looks at nothing")
	}
	for _, tool := range file.Tool {
		t.Errorf("tool %s belongs in .ci/tools.mod", tool.Path)
	}
	for _, r := range file.Replace {
		t.Errorf("%s is replaced: only released modules are used", r.Old.Path)
	}
}
