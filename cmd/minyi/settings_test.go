package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

// ask runs a command line in this process.
func ask(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

// TestConfigPrintSaysWhatServeWouldTakeAndFromWhere gives a setting in each of the
// four ways; what is printed reads back as a file of settings.
func TestConfigPrintSaysWhatServeWouldTakeAndFromWhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "minyi.toml")
	if err := os.WriteFile(file, []byte("base = \"https://file.example\"\nposter-hour = 77\nproxies = [\"10.0.0.0/8\", \"192.0.2.1\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("MINYI_BASE", "https://variable.example")
	t.Setenv("MINYI_POSTER_HOUR", "78")
	out, err := ask(t, "config", "print", "--config", file, "--poster-hour", "79")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`base = "https://variable.example" # MINYI_BASE`, `poster-hour = 79 # flag`,
		`proxies = ["10.0.0.0/8", "192.0.2.1"] # file`, `listen = "127.0.0.1:8080" # default`,
	} {
		if !strings.Contains(out, want+"\n") {
			t.Errorf("no line %q in\n%s", want, out)
		}
	}
	var again map[string]any
	if _, err := toml.Decode(out, &again); err != nil {
		t.Errorf("what was printed is no TOML: %v", err)
	}
	if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := ask(t, "config", "print", "--config", file); err != nil {
		t.Errorf("what was printed is refused: %v\n%s", err, out)
	}
}

func TestConfigCheckNamesEveryMistakeAtOnce(t *testing.T) {
	t.Parallel()
	if out, err := ask(t, "config", "check", "--base", "https://survey.example.gov.cn", "--proxies", "127.0.0.1"); err != nil || out != "ok\n" {
		t.Errorf("right settings: got %q, %v", out, err)
	}
	out, err := ask(t, "config", "check", "--listen", "0.0.0.0:80", "--base", "https://a.example/survey", "--tls-key", "k",
		"--clamav", "ftp://x", "--data", t.TempDir())
	var exit exitError
	if !errors.As(err, &exit) || exit.code != exitNo {
		t.Errorf("wrong settings: got %v, want status 1", err)
	}
	for _, name := range []string{"base", "tls-cert", "listen", "clamav"} {
		if !strings.Contains(out, name+": ") {
			t.Errorf("%s is not named in\n%s", name, out)
		}
	}
}

func TestHealthIsTheStatusOfAnother(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			status = http.StatusNotFound
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte("ready\n"))
	}))
	defer s.Close()
	if out, err := ask(t, "health", "--url", s.URL+"/"); err != nil || out != "ready\n" {
		t.Errorf("ready: got %q, %v", out, err)
	}
	status = http.StatusServiceUnavailable
	var exit exitError
	if out, err := ask(t, "health", "--url", s.URL); !errors.As(err, &exit) || !strings.HasPrefix(out, "503") {
		t.Errorf("not ready: got %q, %v", out, err)
	}
	s.Close()
	if _, err := ask(t, "health", "--url", s.URL); err == nil {
		t.Error("nobody there: got no error")
	}
}
