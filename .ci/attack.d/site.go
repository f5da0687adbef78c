//go:build ignore

// The control site of .ci/attack: a small site whose every fault is planted, so that
// each tool shows that it finds something before it is believed to find nothing. It
// listens on loopback only and holds nothing. Never serve it to anybody.
package main

import (
	"database/sql"
	"fmt"
	"html"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	_ "modernc.org/sqlite"
)

const page = `<!doctype html><html lang="zh-CN"><head><title>控制站</title></head><body>%s</body></html>`

func main() {
	l, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if len(os.Args) > 2 { // a single process without a keeper
		log.Fatal(serve(l))
	}
	// PLANTED 8 kills the process; this keeper starts it again, as the other tools
	// need it alive, and counts how often.
	_ = l.Close()
	runtime.LockOSThread() // whose end the site would follow
	for n := 0; ; n++ {
		_ = os.WriteFile(os.Getenv("CRASHES"), fmt.Appendln(nil, n), 0o600)
		cmd := exec.Command(os.Args[0], os.Args[1], "alone")
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it ends with its keeper
		_ = cmd.Run()
		time.Sleep(100 * time.Millisecond)
	}
}

func serve(l net.Listener) error {
	d, err := sql.Open("sqlite", "file::memory:?cache=shared")
	if err != nil {
		return err
	}
	d.SetMaxOpenConns(1)
	if _, err := d.Exec(`CREATE TABLE unit (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO unit VALUES (1, '甲'), (2, '乙'), (3, '丙');
		CREATE TABLE account (name TEXT, password TEXT); INSERT INTO account VALUES ('office1', 'secret')`); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		say(w, `<a href="/unit?id=1">单位</a> <a href="/hello?name=a">问候</a> <a href="/go?to=/">前往</a> <a href="/files/">文件</a>
			<form method="post" action="/unit"><input name="id" value="1"><button>查</button></form>
			<form method="post" action="/login"><input name="name"><input name="password" type="password"><button>登录</button></form>`)
	})
	// PLANTED 1: SQL injection, in an address and in a form.
	mux.HandleFunc("/unit", func(w http.ResponseWriter, r *http.Request) {
		var name string
		if err := d.QueryRow(`SELECT name FROM unit WHERE id = ` + r.FormValue("id")).Scan(&name); err != nil && err != sql.ErrNoRows {
			http.Error(w, "sqlite3.OperationalError: "+err.Error(), http.StatusInternalServerError) // PLANTED 2: the error's own text
			return
		}
		say(w, "单位："+html.EscapeString(name))
	})
	// PLANTED 1, in a path.
	mux.HandleFunc("/units/{id}", func(w http.ResponseWriter, r *http.Request) {
		var name string
		if err := d.QueryRow(`SELECT name FROM unit WHERE id = ` + r.PathValue("id")).Scan(&name); err != nil {
			http.NotFound(w, r)
			return
		}
		say(w, "单位："+html.EscapeString(name))
	})
	// PLANTED 3: reflected script.
	mux.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) { say(w, "您好，"+r.FormValue("name")) })
	// PLANTED 4: open redirect.
	mux.HandleFunc("/go", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.FormValue("to"))
		w.WriteHeader(http.StatusFound)
	})
	// PLANTED 5: a listing of a directory, with a copy of the site and a key in it.
	mux.HandleFunc("/files/", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/files/":
			fmt.Fprint(w, `<html><head><title>Index of /files</title></head><body><h1>Index of /files</h1><a href="backup.zip">backup.zip</a></body></html>`)
		case "/files/backup.zip":
			fmt.Fprint(w, "PK\x03\x04")
		default:
			http.NotFound(w, r)
		}
	})
	mux.HandleFunc("/.git/HEAD", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ref: refs/heads/main\n") })
	mux.HandleFunc("/backup.zip", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "PK\x03\x04") })
	// PLANTED 6: a login without a limit, with a password that every list has.
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.FormValue("name") == "office1" && r.FormValue("password") == "secret" {
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
			say(w, "欢迎")
			return
		}
		say(w, `<form method="post" action="/login"><input name="name"><input name="password" type="password"><button>登录</button></form> 名称或密码不对`)
	})
	// PLANTED 8: the process ends on bytes that it does not expect.
	mux.HandleFunc("POST /upload", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for _, c := range body {
			if c > 0x7f || c < 0x09 {
				os.Exit(3)
			}
		}
		say(w, "收到")
	})
	// PLANTED 7: no time-outs, and few places: slow readers and writers take them all.
	return (&http.Server{Handler: mux}).Serve(&few{l, make(chan struct{}, 60)})
}

func say(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, page, body)
}

// few takes so many connections at once and lets the others wait.
type few struct {
	net.Listener
	places chan struct{}
}

func (f *few) Accept() (net.Conn, error) {
	f.places <- struct{}{}
	c, err := f.Listener.Accept()
	if err != nil {
		<-f.places
		return nil, err
	}
	return &placed{Conn: c, leave: f.places}, nil
}

type placed struct {
	net.Conn
	leave chan struct{}
	left  bool
}

func (p *placed) Close() error {
	if !p.left {
		p.left = true
		<-p.leave
	}
	return p.Conn.Close()
}
