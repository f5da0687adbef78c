package drill

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"time"

	"filippo.io/age"
)

// Beside starts a second process on the folder of a service under load (F11): another
// serve, or a change of the schema, is refused with a sentence; the commands that may
// run beside it answer, and no resident notices.
func Beside(ctx context.Context, o Options, out *Outcome) error {
	const links, residents, least = 3000, 8, 200
	s, err := open(ctx, o, links)
	if err != nil {
		return err
	}
	defer func() { s.server.Kill() }()
	pair, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	l := s.busy(ctx, residents, time.Millisecond)
	data := []string{"--data", s.folder.Dir}
	begin := time.Now()
	for _, c := range []struct {
		args    []string
		refused string // what the sentence holds; empty: the command must do its work
	}{
		{append([]string{"serve", "--listen", "127.0.0.1:0", "--lang", "en"}, data...), "another minyi is serving"},
		{append([]string{"migrate", "apply", "--lang", "en"}, data...), "another minyi is serving"},
		{append([]string{"migrate", "status"}, data...), ""},
		{append([]string{"doctor"}, data...), ""},
		{append([]string{"backup", filepath.Join(o.Dir, "beside.age"), "--recipient", pair.Recipient().String()}, data...), ""},
		{append([]string{"account", "list"}, data...), ""},
		{append([]string{"account", "add", "drill-auditor", "--role", "auditor"}, data...), ""},
		{append([]string{"config", "check"}, data...), ""},
		{[]string{"health", "--url", "http://" + s.server.Address}, ""},
	} {
		s.command(ctx, out, c.args, c.refused)
	}
	out.time("commands", time.Since(begin))
	if !l.reached(ctx, least) {
		out.wrong("only %d answers were acknowledged: the drill saw little", len(l.acknowledged()))
	}
	sheets := l.undisturbed(out)
	out.count("answers", len(sheets))
	s.settled(ctx, out, sheets)
	return s.closing(ctx, out, len(sheets))
}

// command runs a command of the product and judges how it ended.
func (s *site) command(ctx context.Context, out *Outcome, args []string, refused string) {
	said, err := exec.CommandContext(ctx, s.Binary, args...).CombinedOutput() //nolint:gosec // the program under load
	var status *exec.ExitError
	switch {
	case refused == "" && err != nil:
		out.wrong("%v: %v: %s", args, err, said)
	case refused != "" && (!errors.As(err, &status) || status.ExitCode() <= 0 || !bytes.Contains(said, []byte(refused))):
		out.wrong("%v: %v: %s: want a refusal that says %q", args, err, said, refused)
	}
}
