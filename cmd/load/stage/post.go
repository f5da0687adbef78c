package stage

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"minyi/indicators/inbox"
	"minyi/indicators/store"
)

// elsewhere is the service that runs beside: it delivers, this process does not.
type elsewhere struct{}

var errElsewhere = errors.New("the service delivers")

// Send implements inbox.Mailer.
func (elsewhere) Send(context.Context, inbox.Letter) error { return errElsewhere }

// Post implements inbox.Gateway.
func (elsewhere) Post(context.Context, inbox.Ping) error { return errElsewhere }

// NeedsPhone implements inbox.Gateway.
func (elsewhere) NeedsPhone() bool { return false }

// Post puts so many messages to an account into the outbox of a folder that a service
// with a mail server and a gateway may run on. The same batch is posted once.
func (f *Folder) Post(ctx context.Context, to Account, batch string, messages int) (err error) {
	programme, err := store.Open(ctx, filepath.Join(f.Dir, programmeFile))
	if err != nil {
		return fmt.Errorf("post: %w", err)
	}
	defer func() { err = errors.Join(err, programme.Close()) }()
	s := inbox.NewService(inbox.Config{
		Store: programme, Mail: elsewhere{}, Gateway: elsewhere{}, Now: time.Now, Wall: time.Now, NewID: uuid.NewString,
	})
	for n := range messages {
		err := s.Post(ctx, inbox.Message{Code: "calendar.moved", To: inbox.ToAccount(to.Name), Link: "/apply", Key: fmt.Sprintf("load/%s/%d", batch, n)})
		if err != nil {
			return fmt.Errorf("post: %w", err)
		}
	}
	return nil
}
