package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"minyi/cmd/load/stage"
)

// pocket is a PocketBase of the user's with one collection: a unique token and a
// sheet of answers as text fields, which anybody may create.
type pocket struct {
	server *stage.Server
	turn   uint64
}

const (
	pocketUser = "load@example.org"
	pocketWord = "load-load-load"
	pocketItem = 18 // fields beside the token, as many as the questionnaire has questions
)

// openPocket starts the binary on a folder of its own and makes the collection.
func openPocket(ctx context.Context, binary, dir string) (*pocket, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("pocketbase: %w", err)
	}
	address, err := stage.FreeAddress()
	if err != nil {
		return nil, err
	}
	said, err := exec.CommandContext(ctx, binary, "superuser", "upsert", pocketUser, pocketWord, "--dir", dir).CombinedOutput() //nolint:gosec // the user names the binary
	if err != nil {
		return nil, fmt.Errorf("pocketbase: %w: %s", err, said)
	}
	server, err := stage.Start(ctx, stage.Command{
		Binary: binary, Args: []string{"serve", "--http", address, "--dir", dir}, Address: address,
		Ready: "/api/health", Log: filepath.Join(dir, "pocketbase.log"),
	})
	if err != nil {
		return nil, err
	}
	p := &pocket{server: server}
	if err := p.collection(ctx); err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return p, nil
}

func (p *pocket) collection(ctx context.Context) error {
	var session struct {
		Token string `json:"token"`
	}
	sign := map[string]any{"identity": pocketUser, "password": pocketWord}
	if err := p.ask(ctx, "/api/collections/_superusers/auth-with-password", "", sign, &session); err != nil {
		return err
	}
	fields := []map[string]any{{"name": "token", "type": "text", "required": true}}
	for i := range pocketItem {
		fields = append(fields, map[string]any{"name": fmt.Sprintf("q%02d", i+1), "type": "text"})
	}
	return p.ask(ctx, "/api/collections", session.Token, map[string]any{
		"name": "answers", "type": "base", "createRule": "", "fields": fields,
		"indexes": []string{"CREATE UNIQUE INDEX idx_answers_token ON answers (token)"},
	}, nil)
}

func (p *pocket) ask(ctx context.Context, path, token string, body, to any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("pocketbase: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.server.Address+path, bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("pocketbase: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("pocketbase: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("pocketbase: %s: %d: %s: %w", path, res.StatusCode, answer, err)
	}
	if to == nil {
		return nil
	}
	return json.Unmarshal(answer, to)
}

// creates are so many records with tokens that were never used before.
func (p *pocket) creates(n, comment int, seed uint64) [][]byte {
	p.turn++
	out := make([][]byte, n)
	for i := range out {
		chance := rand.New(rand.NewPCG(seed+p.turn, uint64(i))) //nolint:gosec // a load must be reproducible
		record := map[string]string{"token": fmt.Sprintf("%d-%d-%022d", p.turn, i, chance.Uint64())}
		for q := range pocketItem - 1 {
			record[fmt.Sprintf("q%02d", q+1)] = fmt.Sprint(1 + chance.IntN(5))
		}
		record[fmt.Sprintf("q%02d", pocketItem)] = strings.Repeat("意", comment)
		body, _ := json.Marshal(record) // a map of strings always can
		out[i] = fmt.Appendf(nil, "POST /api/collections/answers/records HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			p.server.Address, len(body), body)
	}
	return out
}
