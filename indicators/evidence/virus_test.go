package evidence_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
)

// eicar is the test text of the European Institute for Computer Anti-Virus
// Research (eicar.org), in two halves, so that no scanner takes this file for it.
func eicar() string {
	return `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-` + `ANTIVIRUS-TEST-FILE!$H+H*`
}

// clamd answers INSTREAM as the daemon does (clamd(8)): it finds the EICAR text
// and takes at most 1 MiB.
func clamd(t *testing.T, network, address string) string {
	t.Helper()
	var lc net.ListenConfig
	listener, err := lc.Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				io.WriteString(conn, answerOf(conn))
			}()
		}
	}()
	return listener.Addr().String()
}

func answerOf(r io.Reader) string {
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(r, command); err != nil || string(command) != "zINSTREAM\x00" {
		return "UNKNOWN COMMAND\x00"
	}
	var body bytes.Buffer
	for {
		var size uint32
		if err := binary.Read(r, binary.BigEndian, &size); err != nil {
			return "INSTREAM: Error reading. ERROR\x00"
		}
		if size == 0 {
			break
		}
		if _, err := io.CopyN(&body, r, int64(size)); err != nil {
			return "INSTREAM: Error reading. ERROR\x00"
		}
		if body.Len() > 1<<20 {
			return "INSTREAM size limit exceeded. ERROR\x00"
		}
	}
	if strings.Contains(body.String(), eicar()) {
		return "stream: Win.Test.EICAR_HDB-1 FOUND\x00"
	}
	return "stream: OK\x00"
}

func TestS36FilesPassTheVirusScanner(t *testing.T) {
	t.Parallel()
	setting := map[string]string{
		"tcp":  "tcp://" + clamd(t, "tcp", "127.0.0.1:0"),
		"unix": "unix:" + clamd(t, "unix", filepath.Join(t.TempDir(), "c.sock")),
	}
	for network, address := range setting {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			scanner, err := evidence.ParseClamd(address)
			if err != nil {
				t.Fatal(err)
			}
			folder, dir := open(t, evidence.DefaultLimits())
			folder.Guard(scanner, false)
			bad := fault.New(fault.Invalid, "evidence.virus")
			_, err = folder.Put(t.Context(), "a.pdf", bytes.NewReader(pdf(eicar())))
			if !errors.Is(err, bad) {
				t.Errorf("got %v, want evidence.virus", err)
			}
			for _, r := range fault.All(err) {
				if r.Params["virus"] != "Win.Test.EICAR_HDB-1" {
					t.Errorf("got the virus %q", r.Params["virus"])
				}
			}
			if left := files(t, dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			got, err := folder.Put(t.Context(), "a.pdf", bytes.NewReader(pdf(strings.Repeat("clean ", 40_000))))
			if err != nil || got.Scan != evidence.Clean {
				t.Errorf("got %+v, %v, want it clean", got, err)
			}
		})
	}
}

func TestS36WithoutTheScannerFilesAreRefusedOrMarked(t *testing.T) {
	t.Parallel()
	gone, err := evidence.ParseClamd("unix:" + filepath.Join(t.TempDir(), "none.sock"))
	if err != nil {
		t.Fatal(err)
	}
	full, err := evidence.ParseClamd("tcp://" + clamd(t, "tcp", "127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	for name, scanner := range map[string]evidence.Scanner{"not there": gone, "says too large": full} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, dir := open(t, evidence.DefaultLimits())
			large := pdf(strings.Repeat("x", 3<<20))
			folder.Guard(scanner, false)
			if _, err := folder.Put(t.Context(), "a.pdf", bytes.NewReader(large)); !errors.Is(err, fault.New(fault.Unavailable, "evidence.unscanned")) {
				t.Errorf("strict: got %v, want evidence.unscanned", err)
			}
			if left := files(t, dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			folder.Guard(scanner, true)
			if got, err := folder.Put(t.Context(), "a.pdf", bytes.NewReader(large)); err != nil || got.Scan != evidence.Unscanned {
				t.Errorf("lenient: got %+v, %v, want it marked", got, err)
			}
		})
	}
}

func TestAScannersAddressIsChecked(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "localhost:3310", "tcp://localhost", "unix:clamd.sock", "http://x:1"} {
		if _, err := evidence.ParseClamd(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
