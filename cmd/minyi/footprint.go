package main

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// memoryMap is what Linux tells of a process's memory, one mapping after the other.
const memoryMap = "/proc/self/smaps"

// mapping is a stretch of memory, as far as it matters here.
type mapping struct {
	from, to uint64
	code     bool   // of the program's file, and not to be written
	own      uint64 // kilobytes that are not what the file holds
}

// unburden gives back the pages of the program's file that only the start has needed:
// pages, words and migrations are parsed by much code that no request comes to. What
// is needed again is read from the file again. Where the system tells nothing of its
// memory, nothing is done.
func unburden() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	f, err := os.Open(memoryMap)
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }()
	for _, m := range mappings(f, program) {
		if m.code && m.own == 0 {
			if _, _, refused := unix.Syscall(unix.SYS_MADVISE, uintptr(m.from), uintptr(m.to-m.from), unix.MADV_DONTNEED); refused != 0 {
				return // all is as before
			}
		}
	}
}

// mappings reads what Linux tells. Pages that were written once, as a linker does with
// tables that it closes afterwards, or that were swapped out, are the process's own.
func mappings(smaps io.Reader, program string) (all []mapping) {
	const perms, path, least = 1, 5, 2
	const decimal, hexadecimal = 10, 16
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < least {
			continue
		}
		if from, to, found := strings.Cut(fields[0], "-"); found {
			code := len(fields) > path && fields[path] == program && !strings.Contains(fields[perms], "w")
			all = append(all, mapping{from: ofDigits(from, hexadecimal), to: ofDigits(to, hexadecimal), code: code})
		}
		if last := len(all) - 1; last >= 0 && (fields[0] == "Anonymous:" || fields[0] == "Swap:") {
			all[last].own += ofDigits(fields[1], decimal)
		}
	}
	return all
}

// ofDigits reads digits; 1 for what is none, so that no mapping passes as clean.
func ofDigits(digits string, base int) uint64 {
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil {
		return 1
	}
	return n
}
