package notice

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"time"

	"marquee/internal/dkim"
	"marquee/internal/domain"
	"marquee/internal/mail"
)

// Sender hands notices over. Any number of goroutines may use it.
type Sender struct {
	Store   Store
	Relays  []mail.Transport // at least one, in the order of preference
	From    netmail.Address  // of the field and of the envelope
	ReplyTo netmail.Address  // its Address may be empty
	Domain  string           // right side of Message-IDs
	Key     []byte           // makes Message-IDs unguessable
	Signer  *dkim.Signer     // nil signs nothing
	Now     func() time.Time
	Log     *slog.Logger
}

// Send tries once to hand a notice over and writes down what came of it. It does
// nothing to one that is sent or failed. Its error is domain.ErrPermanent when the
// notice has failed; after any other it may be tried again.
//
// After a crash, or when the answer was lost, it is sent once more with the same
// Message-ID and Date, and never a third time.
func (s *Sender) Send(ctx context.Context, id domain.NoticeID) error {
	if err := s.send(ctx, id); err != nil {
		return fmt.Errorf("send notice %d: %w", id, err)
	}
	return nil
}

func (s *Sender) send(ctx context.Context, id domain.NoticeID) error {
	n, err := s.Store.Notice(ctx, id)
	switch {
	case errors.Is(err, domain.ErrNotFound): // its job is older than the database, which was restored
		return fmt.Errorf("%w: %w", domain.ErrPermanent, err)
	case err != nil || n.State != domain.NoticeQueued:
		return err
	}
	return (&attempt{Sender: s, notice: n}).run(ctx)
}

// message is the notice as mail, the same on every attempt. It belongs to no
// list: nobody can unsubscribe from it.
func (s *Sender) message(n domain.Notice) (mail.Message, error) {
	form, err := mail.Compose(mail.Letter{
		From: s.From, ReplyTo: s.ReplyTo, Subject: n.Subject, Text: n.Text, HTML: n.HTML,
		Marks: mail.NewMarks(), // it quotes titles, and what servers say
	})
	if err != nil {
		return mail.Message{}, err
	}
	return form.Stamp(mail.Stamp{
		ReturnPath: s.From.Address, To: n.To, MessageID: s.messageID(n), Date: n.Created,
	}, s.Signer)
}

// messageID is a function of kind and key, not of the row: a restored database
// gives its IDs once more, and to other notices. The key, which may say whom a
// notice is about, does not show.
func (s *Sender) messageID(n domain.Notice) string {
	mac := hmac.New(sha256.New, s.Key)
	fmt.Fprintf(mac, "notice\x00%s\x00%s", n.Kind, n.Key) // a hash.Hash's Write never fails
	return mail.MessageID(mac.Sum(nil), "notice-"+string(n.Kind), 0, s.Domain)
}

// open connects to the first relay that lets us in. One that does not, for
// whatever reason, was not asked about the notice and decides nothing.
func (s *Sender) open(ctx context.Context) (mail.Session, error) {
	var errs []error
	for _, relay := range s.Relays {
		session, err := relay.Open(ctx)
		if err == nil {
			return session, nil
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("no relay can be had: %w", errors.Join(errs...))
}
