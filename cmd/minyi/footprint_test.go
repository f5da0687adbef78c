package main

import (
	"os"
	"strings"
	"testing"
)

// Only what the program's file holds word for word is given back: nothing that was
// ever written to, by a linker or otherwise, and nothing of other files.
func TestOnlyCleanPagesOfTheProgramAreGivenBack(t *testing.T) {
	t.Parallel()
	const smaps = `00400000-01000000 r-xp 00000000 fe:00 11 /usr/local/bin/minyi
Rss:                9000 kB
Anonymous:             0 kB
Swap:                  0 kB
VmFlags: rd ex mr mw me
01000000-01400000 r--p 00c00000 fe:00 11 /usr/local/bin/minyi
Anonymous:             4 kB
Swap:                  0 kB
01400000-01500000 r--p 01000000 fe:00 11 /usr/local/bin/minyi
Anonymous:             0 kB
Swap:                  8 kB
01500000-01600000 rw-p 01100000 fe:00 11 /usr/local/bin/minyi
Anonymous:             0 kB
Swap:                  0 kB
c000000000-c000400000 rw-p 00000000 00:00 0
Anonymous:             0 kB
7f0000000000-7f0000100000 r-xp 00000000 fe:00 12 /usr/lib/libc.so.6
Anonymous:             0 kB
Swap:                  0 kB
`
	all := mappings(strings.NewReader(smaps), "/usr/local/bin/minyi")
	const mapped = 6
	if len(all) != mapped {
		t.Fatalf("got %d mappings, want %d", len(all), mapped)
	}
	for i, m := range all {
		if got, want := m.code && m.own == 0, i == 0; got != want {
			t.Errorf("mapping %d at %x: given back: got %t, want %t", i, m.from, got, want)
		}
	}
	if got, want := all[0].to-all[0].from, uint64(0xc00000); got != want {
		t.Errorf("got %d bytes, want %d", got, want)
	}
}

// Giving back is no harm: what was there is read from the file again. The test's own
// program is the judge, which runs on.
func TestTheProgramRunsOnAfterGivingBack(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(memoryMap); err != nil {
		t.Skip("this system tells nothing of its memory")
	}
	before := strings.Repeat("民意", 3)
	unburden()
	if got := strings.Repeat("民意", 3); got != before || inUse() > 1<<40 {
		t.Errorf("got %q, want %q", got, before)
	}
}
