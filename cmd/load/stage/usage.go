package stage

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// tick is the unit of CPU time in /proc: 1/100 s on every Linux that Go runs on
// (proc(5), sysconf(_SC_CLK_TCK)).
const tick = 10 * time.Millisecond

// CPU is the processor time, user and system, that the server has used so far.
func (s *Server) CPU() (time.Duration, error) {
	if s.PID() == 0 {
		return 0, nil
	}
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.PID()))
	if err != nil {
		return 0, fmt.Errorf("processor time: %w", err)
	}
	// The name in brackets may hold anything; utime and stime are fields 14 and
	// 15, so 12 and 13 after it (proc(5)).
	const utime, stime = 11, 12
	fields := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:])
	if len(fields) <= stime {
		return 0, fmt.Errorf("processor time: %q not understood", raw)
	}
	var sum int
	for _, i := range []int{utime, stime} {
		n, err := strconv.Atoi(string(fields[i]))
		if err != nil {
			return 0, fmt.Errorf("processor time: %w", err)
		}
		sum += n
	}
	return time.Duration(sum) * tick, nil
}

// Memory returns the resident memory of the server, now and at its peak, in
// bytes.
func (s *Server) Memory() (now, peak int64, err error) {
	if s.PID() == 0 {
		return 0, 0, nil
	}
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	if err != nil {
		return 0, 0, fmt.Errorf("memory: %w", err)
	}
	for _, f := range []struct {
		name string
		to   *int64
	}{{"VmRSS:", &now}, {"VmHWM:", &peak}} {
		_, rest, found := bytes.Cut(raw, []byte(f.name))
		fields := bytes.Fields(rest)
		if !found || len(fields) == 0 {
			return 0, 0, fmt.Errorf("memory: no %s", f.name)
		}
		kib, err := strconv.ParseInt(string(fields[0]), 10, 64)
		if err != nil {
			return 0, 0, fmt.Errorf("memory: %w", err)
		}
		*f.to = kib << 10
	}
	return now, peak, nil
}
