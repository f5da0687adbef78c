package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// How the garbage collector is set: it may let the heap grow to five times what is
// in use, as long as all of it stays below the limit, and the limit always leaves
// room above what is in use: with too little, collecting is all that it does.
// SQLite's own memory and the program lie outside, about 50 MiB.
const (
	heapGrowth = 400      // percent
	heapLimit  = 72 << 20 // bytes
	heapRoom   = 20 << 20
	heapEvery  = 2 * time.Second
	heapInUse  = "/gc/heap/live:bytes"
)

// roomy sets the collector until the context ends; who has set it by the
// environment knows better.
func roomy(ctx context.Context) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(heapGrowth)
	debug.SetMemoryLimit(heapLimit)
	go func() {
		tick := time.NewTicker(heapEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				debug.SetMemoryLimit(limitFor(inUse()))
			case <-ctx.Done():
				return
			}
		}
	}()
}

// inUse is how many bytes the last collection found in use.
func inUse() uint64 {
	sample := []metrics.Sample{{Name: heapInUse}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

// limitFor is the limit where so many bytes are in use.
func limitFor(live uint64) int64 {
	const most, share = 1 << 50, 8
	used := int64(min(live, most))
	return max(heapLimit, used+used/share+heapRoom)
}
