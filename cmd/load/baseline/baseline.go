// Package baseline is what the product is measured against, in processes of
// their own: a handler that parses the same form and answers the same bytes
// without any database, and one that stores each form in a transaction of its
// own, as most programs do. Neither checks anything.
package baseline

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"sync/atomic"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Config says what a baseline answers and where it stores.
type Config struct {
	Listen string // host:port
	Page   string // file that holds the bytes of the answer
	Store  string // database file; empty: nothing is stored
}

// Serve answers every POST below /q/ until the context ends.
func Serve(ctx context.Context, c Config) (err error) {
	page, err := os.ReadFile(c.Page)
	if err != nil {
		return fmt.Errorf("baseline: %w", err)
	}
	keep := func(context.Context, string, string) error { return nil }
	if c.Store != "" {
		d, err := open(ctx, c.Store)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.Close()) }()
		keep = each(d)
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/readyz", func(f *fiber.Ctx) error { return f.SendString("ready\n") })
	app.Post("/q/:token", func(f *fiber.Ctx) error {
		if err := keep(ctx, f.Params("token"), parse(f)); err != nil {
			return err
		}
		f.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return f.Send(page)
	})
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("baseline: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	if err := app.Listener(l); ctx.Err() == nil {
		return fmt.Errorf("baseline: %w", err)
	}
	return nil // asked to end
}

// parse reads every field of the form and puts them into one text.
func parse(f *fiber.Ctx) string {
	var sheet []byte
	for name, value := range f.Request().PostArgs().All() {
		sheet = append(append(append(append(sheet, name...), '='), value...), '\n')
	}
	return string(sheet)
}

func open(ctx context.Context, path string) (*db.DB, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	return db.Open(ctx, "baseline", path, files)
}

const sqlKeep = `INSERT INTO answer (token, sheet) VALUES ($1, $2)`

// each stores one form in a transaction of its own, synced to disk before it
// returns. A running number makes every token a new one.
func each(d *db.DB) func(ctx context.Context, token, sheet string) error {
	var n atomic.Int64
	return func(ctx context.Context, token, sheet string) error {
		token += "-" + strconv.FormatInt(n.Add(1), 10)
		return d.Write(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, sqlKeep, token, sheet)
			return err
		})
	}
}
