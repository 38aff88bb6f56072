package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"sync"
	"time"

	"marquee/internal/dkim"
	"marquee/internal/domain"
	"marquee/internal/mail"
)

// Resolver asks the DNS; *net.Resolver is one.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// Relay is a relay, and what is known of its server.
type Relay struct {
	Name      string
	Transport mail.Transport
	Server    mail.Server
}

// Config is what is examined, and with what.
type Config struct {
	From    string     // address in From
	Return  string     // address that bounces go to; empty is From
	Keys    []dkim.Key // that sign letters
	Relays  []Relay    // in order of preference; empty sends nothing
	Patrons int        // who receive letters
	Postal  string     // the address in every letter

	Unsubscribe string // an address of one-click unsubscription that unsubscribes nobody
	Site        string // somebody else's web server, for its clock
	Dir         string // where the data is
	Backup      time.Time

	// Letter makes the letter that a patron would get; nil examines none.
	Letter func(context.Context) ([]byte, error)

	Resolver Resolver
	Roots    *x509.CertPool // nil trusts the system's
	Now      func() time.Time
}

// Doctor examines one publication.
type Doctor struct{ Config }

// New returns a doctor.
func New(cfg Config) *Doctor { return &Doctor{cfg} }

const (
	patience = 30 * time.Second // with each examination
	bulk     = 5000             // letters a day to one provider make a bulk sender for good
)

// Examine makes every examination, all at once.
func (d *Doctor) Examine(ctx context.Context) Report {
	exams := []func(context.Context) Report{
		d.sender, d.authentication, d.names, d.returns, d.relays, d.unsubscription, d.letter, d.postal, d.rules, d.clock, d.disk, d.backup,
	}
	found := make([]Report, len(exams))
	var work sync.WaitGroup
	for i, exam := range exams {
		work.Go(func() {
			limited, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			found[i] = exam(limited)
		})
	}
	work.Wait()
	var all Report
	for _, r := range found {
		all = append(all, r...)
	}
	return all
}

// isBulk reports whether the large providers' rules for bulk senders hold.
func (d *Doctor) isBulk() bool { return d.Patrons >= bulk }

// bounceDomain is the domain of the envelope's sender, which SPF is about.
func (d *Doctor) bounceDomain() string {
	if d.Return != "" {
		return domain.HostOf(d.Return)
	}
	return domain.HostOf(d.From)
}

// absent reports whether the DNS said that there is no such thing, as opposed to
// saying nothing.
func absent(err error) bool {
	failed, ok := errors.AsType[*net.DNSError](err)
	return ok && failed.IsNotFound
}

// unasked is the finding where the DNS did not answer.
func unasked(exam, of string, err error) Finding {
	return Finding{
		Exam: exam, Of: of, Level: Unknown, Says: "could not be asked: " + reason(err),
		Do: "See whether this machine reaches the DNS, then run the command again.",
	}
}

// reason is an error in a few words.
func reason(err error) string {
	if failed, ok := errors.AsType[*net.DNSError](err); ok {
		if failed.IsTimeout {
			return "the DNS did not answer in time"
		}
		return "the DNS says: " + failed.Err
	}
	if asked, ok := errors.AsType[*url.Error](err); ok {
		err = asked.Err // without the address, which may hold a token
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer within " + patience.String()
	}
	return err.Error()
}
