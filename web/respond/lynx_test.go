package respond_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/survey/questionnaire"
)

// keys writes a script of keys for lynx.
type keys struct{ strings.Builder }

func (k *keys) down(n int) { k.WriteString(strings.Repeat("key Down Arrow\n", n)) }
func (k *keys) enter()     { k.WriteString("key ^J\n") }

// A text browser walks the whole way with its arrow keys and Enter alone. Lynx
// ticks the first choice of each question by itself, so the walk ticks another.
func TestLynxWalksFromTheLinkToTheReceipt(t *testing.T) {
	lynx, err := exec.LookPath("lynx")
	if err != nil {
		t.Skip("lynx is not installed")
	}
	h := open(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = h.app.Listener(l) }()
	t.Cleanup(func() { _ = h.app.Shutdown() })

	var k keys
	k.down(4) // the other language and three text sizes stand before the first question
	k.enter()
	k.down(2) // to the button: there are two answers
	k.enter()
	for _, one := range h.paper.Questions()[1:] {
		if one.Type == questionnaire.Words {
			k.down(5) // a link a line
			k.enter()
			continue
		}
		k.down(1)
		k.enter()
		k.down(len(one.Choices) - 1)
		k.enter()
	}
	k.down(len(h.paper.Questions())) // the review has a button a question
	k.enter()
	k.enter() // the page for sending begins with its button
	k.WriteString("key q\nkey y\n")
	script := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(script, []byte(k.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	walk := exec.CommandContext(ctx, lynx, "-cmd_script="+script, "-assume_charset=utf-8", "-display_charset=utf-8",
		"http://"+l.Addr().String()+"/q/"+h.oneTime[0])
	walk.Env = append(os.Environ(), "TERM=vt100", "LINES=200", "COLUMNS=120", "HOME="+t.TempDir())
	seen, err := walk.CombinedOutput()
	if err != nil {
		t.Logf("lynx: %v", err)
	}
	if got := h.kept(); len(got) != 1 || got[0].Outcome() != "complete" {
		t.Fatalf("stored: got %v, want one complete sheet\n%q", got, seen[max(0, len(seen)-2000):])
	}
	if got := h.paper.Code(h.kept()[0], "s1"); got != "18-29" {
		t.Errorf("age: got %s, want the second choice", got)
	}
}
