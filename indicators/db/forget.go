package db

import (
	"context"
	"errors"
	"fmt"
)

const sqlTruncate = `PRAGMA wal_checkpoint(TRUNCATE)`

// Forget folds the log into the file and cuts it to nothing, so that what was deleted
// or sealed before stands in neither: pages of the file are overwritten when they are
// freed (secure_delete), those of the log only so. It reports whether it came to the
// end; a reader that is at work keeps it from that, and then it is to be asked again.
func (d *DB) Forget(ctx context.Context) (done bool, err error) {
	conn, err := d.WriteConn(ctx)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var busy, log, moved int
	if err := conn.QueryRowContext(ctx, sqlTruncate).Scan(&busy, &log, &moved); err != nil {
		return false, Refuse(fmt.Errorf("%s: cut the log: %w", d.half, err))
	}
	return busy == 0, nil
}
