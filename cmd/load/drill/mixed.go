package drill

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"minyi/cmd/load/stage"
)

// mixed is everything but the residents' answers: staff who read and export, an
// applicant whose files go up, people who look into the public log, and sign-ins.
type mixed struct {
	base   string
	survey string
	staff  *stage.Staff
	in     map[string]*stage.Person // by account
	ctx    context.Context          //nolint:containedctx // of the load, ended by stop
	end    context.CancelFunc
	crew   sync.WaitGroup
	mu     sync.Mutex
	wrong  []string
	done   map[string]int
	logs   atomic.Pointer[string] // path of the survey's public log
}

// everybody signs the staff in and lets them begin.
func (s *site) everybody(ctx context.Context, staff *stage.Staff) (*mixed, error) {
	m := &mixed{
		base: "http://" + s.server.Address, survey: string(s.folder.Surveys[0].ID), staff: staff,
		in: map[string]*stage.Person{}, done: map[string]int{},
	}
	for _, a := range []stage.Account{s.folder.Agency, staff.Office, staff.Auditor, staff.Applicant} {
		p, err := stage.Enter(ctx, m.base, a)
		if err != nil {
			return nil, err
		}
		m.in[a.Name] = p
	}
	unit := m.in[staff.Applicant.Name]
	if r, err := unit.Post(ctx, staff.Desk+"/start", map[string][]string{}); err != nil || r.Status != http.StatusSeeOther {
		return nil, fmt.Errorf("%w: a dossier is begun: %d, %w", errStatus, r.Status, err)
	}
	m.ctx, m.end = context.WithCancel(ctx)
	agency := m.in[s.folder.Agency.Name]
	m.every("page", 2*time.Second, m.pages(agency))
	m.every("export", 10*time.Second, m.exports(agency))
	m.every("upload", 15*time.Second, m.upload)
	m.every("log_", time.Second, m.publicLog)
	m.every("signin", 20*time.Second, m.signIn)
	return m, nil
}

// every does something again and again until stop.
func (m *mixed) every(what string, pace time.Duration, do func(turn int) error) {
	m.crew.Go(func() {
		tick := time.NewTicker(pace)
		defer tick.Stop()
		for turn := 0; ; turn++ {
			if err := do(turn); err != nil && m.ctx.Err() == nil {
				m.note("", fmt.Sprintf("%s: %v", what, err))
			}
			m.note(what, "")
			select {
			case <-tick.C:
			case <-m.ctx.Done():
				return
			}
		}
	})
}

func (m *mixed) note(done, wrong string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if wrong != "" {
		m.wrong = append(m.wrong, wrong)
		return
	}
	m.done[done]++
}

func (m *mixed) stop() {
	m.end()
	m.crew.Wait()
	for _, p := range m.in {
		p.Forget()
	}
}

func (m *mixed) report(out *Outcome) {
	for what, n := range m.done {
		out.count(what, n)
	}
	for _, w := range m.wrong {
		out.wrong("%s", w)
	}
}

// wants asks and wants that status.
func (m *mixed) wants(p *stage.Person, method, path string, header http.Header, body []byte, status int) (stage.Reply, error) {
	r, err := p.Send(m.ctx, method, path, header, body)
	if err == nil && r.Status != status {
		err = fmt.Errorf("%s %s: %w %d", method, path, errStatus, r.Status)
	}
	return r, err
}

// pages are what staff have open.
func (m *mixed) pages(agency *stage.Person) func(int) error {
	office, auditor, unit := m.in[m.staff.Office.Name], m.in[m.staff.Auditor.Name], m.in[m.staff.Applicant.Name]
	all := []struct {
		who  *stage.Person
		path string
	}{
		{agency, "/agency"},
		{agency, "/agency/surveys/" + m.survey},
		{office, "/office"},
		{office, "/office/rounds"},
		{auditor, "/office/trail"},
		{unit, "/apply"},
		{unit, m.staff.Desk},
		{unit, m.staff.Desk + "/exhibits"},
		{office, "/inbox"},
		{agency, "/agency/surveys/" + m.survey + "/posters"},
		{office, "/office/messages"},
		{unit, m.staff.Desk + "/self"},
	}
	return func(turn int) error {
		one := all[turn%len(all)]
		_, err := m.wants(one.who, http.MethodGet, one.path, nil, nil, http.StatusOK)
		return err
	}
}

// exports are the files that staff take home.
func (m *mixed) exports(agency *stage.Person) func(int) error {
	survey := "/agency/surveys/" + m.survey
	paths := []string{survey + "/links.csv", survey + "/sample/frame.csv", survey + "/sample/drawn.csv"}
	return func(turn int) error {
		_, err := m.wants(agency, http.MethodGet, paths[turn%len(paths)], nil, nil, http.StatusOK)
		return err
	}
}

// upload begins a file, sends half of it and takes it back; now and then a whole one
// joins the dossier, as long as there is room.
func (m *mixed) upload(turn int) error {
	const size, whole, most = 1 << 20, 8, 200
	unit := m.in[m.staff.Applicant.Name]
	if turn%whole == 0 && turn/whole < most {
		return m.attach(unit, turn)
	}
	b := base64.StdEncoding.EncodeToString
	tus := http.Header{
		"Tus-Resumable": {"1.0.0"}, "Upload-Length": {strconv.Itoa(size)},
		"Upload-Metadata": {"filename " + b([]byte("soak.pdf")) + ",indicator " + b([]byte("1"))},
	}
	r, err := m.wants(unit, http.MethodPost, m.staff.Desk+"/uploads", tus, nil, http.StatusCreated)
	if err != nil {
		return err
	}
	at, half := r.Header.Get("Location"), append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("%soak\n"), size/12)...)
	tus = http.Header{"Tus-Resumable": {"1.0.0"}, "Upload-Offset": {"0"}, "Content-Type": {"application/offset+octet-stream"}}
	if _, err := m.wants(unit, http.MethodPatch, at, tus, half, http.StatusNoContent); err != nil {
		return err
	}
	_, err = m.wants(unit, http.MethodDelete, at, tus, nil, http.StatusNoContent)
	return err
}

// attach sends a small file by the form without script.
func (m *mixed) attach(unit *stage.Person, turn int) error {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", fmt.Sprintf("soak-%d.pdf", turn))
	if err == nil {
		_, err = fmt.Fprintf(part, "%%PDF-1.4\n%% soak %d\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n", turn)
	}
	if err == nil {
		err = w.WriteField("indicator", "1")
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return err
	}
	_, err = m.wants(unit, http.MethodPost, m.staff.Desk+"/exhibits", http.Header{"Content-Type": {w.FormDataContentType()}}, body.Bytes(), http.StatusSeeOther)
	return err
}

// publicLog is what anybody reads of the public logs.
func (m *mixed) publicLog(turn int) error {
	if m.logs.Load() == nil {
		status, names, err := stage.Get(m.ctx, m.base+"/ledger/logs.txt")
		if err != nil || status != http.StatusOK {
			return fmt.Errorf("names of the logs: %w %d, %w", errStatus, status, err)
		}
		first, _, _ := bytes.Cut(bytes.TrimSpace(names), []byte("\n"))
		path := "/ledger/" + string(first[bytes.LastIndexByte(first, '/')+1:])
		m.logs.Store(&path)
	}
	paths := []string{"/", "/ledger", *m.logs.Load(), *m.logs.Load() + "/checkpoint", "/ledger/logs.txt", "/events", "/scrutiny", "/healthz", "/readyz"}
	path := paths[turn%len(paths)]
	status, _, err := stage.Get(m.ctx, m.base+path)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: %w %d", path, errStatus, status)
	}
	return err
}

// signIn lets one after the other sign in anew, read a page and sign out.
func (m *mixed) signIn(turn int) error {
	accounts := []stage.Account{m.staff.Office, m.staff.Auditor, m.staff.Applicant}
	p, err := stage.Enter(m.ctx, m.base, accounts[turn%len(accounts)])
	if err != nil {
		return err
	}
	defer p.Forget()
	r, err := p.Post(m.ctx, "/logout", map[string][]string{})
	if err == nil && r.Status != http.StatusSeeOther {
		err = fmt.Errorf("sign-out: %w %d", errStatus, r.Status)
	}
	return err
}
