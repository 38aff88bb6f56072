package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"marquee/internal/doctor"
	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/internal/schedule"
	"marquee/internal/token"
)

// The marks of what the operator did: the last backup, and that letters were found
// fit to be sent, or are to be sent all the same.
const (
	markBackup  = "backup"
	markCheckup = "checkup"
)

// nobody is a patron that no installation has: whoever unsubscribes them changes
// nothing.
const nobody = domain.PatronID(1<<32 - 1)

// Checkup finds out whether letters will arrive, and whether what Marquee reads
// can be read.
func (a *App) Checkup(ctx context.Context) (doctor.Report, error) {
	var report, sources doctor.Report
	var reading sync.WaitGroup
	reading.Go(func() { sources = a.examineSources(ctx) })
	defer reading.Wait()
	if len(a.cfg.Digests) > 0 {
		d, err := a.doctor(ctx)
		if err != nil {
			return nil, err
		}
		report = d.Examine(ctx)
	}
	reading.Wait()
	return append(append(report, sources...), a.examineServices(ctx)...), nil
}

// examineServices asks the services that the configuration has tokens for, and
// says what their terms want.
func (a *App) examineServices(ctx context.Context) doctor.Report {
	var report doctor.Report
	limited, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if a.patreon != nil {
		f := doctor.Finding{Exam: "patreon", Of: "Patreon", Level: doctor.OK, Says: "takes the token", Why: "Without it nobody who joins or leaves is known."}
		if _, err := a.patreon.Campaigns(limited); err != nil {
			f.Level, f.Says = doctor.Fault, "cannot be asked: "+err.Error()
			f.Do = "Make the tokens anew at patreon.com/portal/registration/register-clients, and write them below patreon."
		}
		report = append(report, f)
	}
	if !a.cfg.TMDB.Token.IsZero() {
		report = append(report, doctor.Finding{
			Exam: "tmdb", Of: "The Movie Database", Level: doctor.Note,
			Says: "and JustWatch are credited wherever their data stands", Why: "Their terms want that, and a licence from whoever earns money with it.",
			Do: "Show TMDB's logo where your site names its sources, and ask them for a commercial licence if patrons pay you.",
		})
	}
	return report
}

// doctor is for the letters of the first digest.
func (a *App) doctor(ctx context.Context) (*doctor.Doctor, error) {
	readers, err := a.store.Readership(ctx, "")
	if err != nil {
		return nil, err
	}
	letters := 0
	for _, of := range readers {
		letters += of.Mailed
	}
	backup, err := a.lastBackup(ctx)
	if err != nil {
		return nil, err
	}
	return doctor.New(doctor.Config{
		From: a.from.Address, Return: a.cfg.Mail.Inbound.Address, Keys: a.keys, Relays: a.servers(),
		Patrons: letters, Postal: a.cfg.Publication.Address,
		Unsubscribe: a.cfg.Publication.Server + "/u/" + a.mint.Make(token.Unsubscribe, nobody),
		Site:        a.cfg.Publication.URL, Dir: a.dataDir(), Backup: backup, Letter: a.sample,
		Resolver: a.resolver(), Now: a.env.Now,
	}), nil
}

// lastBackup is when Backup was last called; zero if it never was.
func (a *App) lastBackup(ctx context.Context) (time.Time, error) {
	mark, err := a.store.Mark(ctx, markBackup)
	if err != nil || mark == "" {
		return time.Time{}, err
	}
	return schedule.Instant(mark, a.cfg.Publication.Zone), nil
}

func (a *App) resolver() doctor.Resolver {
	if a.env.Resolver != nil {
		return a.env.Resolver
	}
	return net.DefaultResolver
}

// servers are the relays that are over the network.
func (a *App) servers() []doctor.Relay {
	var all []doctor.Relay
	for _, r := range a.relays {
		if n, ok := r.Transport.(mail.Networked); ok {
			all = append(all, doctor.Relay{Name: r.Name, Transport: r.Transport, Server: n.Server()})
		}
	}
	return all
}

// dataDir is where what must be written down is.
func (a *App) dataDir() string {
	if file, ok := strings.CutPrefix(a.cfg.Store, "sqlite:"); ok {
		return filepath.Dir(file)
	}
	return a.cfg.Dir
}

// sample is the letter that somebody of the highest tier would get next.
func (a *App) sample(ctx context.Context) ([]byte, error) {
	first := a.cfg.Digests[0].Name
	slot := schedule.SlotAt(a.env.Now(), a.cfg.Publication.Zone)
	r, err := a.Preview(ctx, first, slot, domain.Readers{Audience: a.HighestAudience()})
	if err != nil {
		return nil, err
	}
	m, err := a.stamp(r, netmail.Address{Name: "Alex", Address: "alex@" + domain.HostOf(a.from.Address)}, domain.Preferences{})
	return bytes.Join(m.Content, nil), err
}

// examineSources reads every source once, as if for the first time, and stores
// nothing. What does not answer in time cannot be told from what never does.
func (a *App) examineSources(ctx context.Context) doctor.Report {
	found := make(doctor.Report, len(a.cfg.Sources))
	var reads errgroup.Group
	reads.SetLimit(4)
	for i, s := range a.cfg.Sources {
		reads.Go(func() error {
			found[i] = a.examineSource(ctx, s.Name)
			return nil
		})
	}
	_ = reads.Wait() // what went wrong is in the findings
	return found
}

func (a *App) examineSource(ctx context.Context, name string) doctor.Finding {
	limited, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	f := doctor.Finding{Exam: "source", Of: name, Why: "What cannot be read is in no feed and in no letter."}
	read, err := a.readers[name].Read(limited, nil)
	switch {
	case err != nil:
		f.Level, f.Says = doctor.Fault, "cannot be read: "+err.Error()
		f.Do = "See whether its address still holds: marquee inspect URL"
	case len(read.Problems) > 0:
		p := read.Problems[0]
		f.Level, f.Says = doctor.Warning, fmt.Sprintf("holds %s, and %d that cannot be read: %s: %v", pieces(len(read.Items)), len(read.Problems), p.Where, p.Err)
	default:
		f.Level, f.Says = doctor.OK, "holds "+pieces(len(read.Items))
	}
	return f
}

func pieces(n int) string {
	if n == 1 {
		return "1 piece"
	}
	return fmt.Sprintf("%d pieces", n)
}

// fit holds an installation's first edition while letters would not arrive:
// domain.ErrConflict says why. Afterwards, and where the sender's domain is made
// up, nothing is asked.
func (a *App) fit(ctx context.Context, id domain.EditionID) error {
	if madeUp(domain.HostOf(a.from.Address)) {
		return nil
	}
	mark, err := a.store.Mark(ctx, markCheckup)
	if err != nil || mark != "" {
		return err
	}
	if before, err := a.sentBefore(ctx); err != nil || before {
		return errors.Join(err, a.pronounceFit(ctx))
	}
	d, err := a.doctor(ctx)
	if err != nil {
		return err
	}
	if report := d.Examine(ctx); !report.Green() {
		return a.keep(ctx, id, report)
	}
	return a.pronounceFit(ctx)
}

// pronounceFit ends the questions.
func (a *App) pronounceFit(ctx context.Context) error {
	return a.store.SetMark(ctx, markCheckup, schedule.SlotAt(a.env.Now(), a.cfg.Publication.Zone))
}

// sentBefore reports whether an edition was.
func (a *App) sentBefore(ctx context.Context) (bool, error) {
	editions, err := a.store.AllEditions(ctx, 20)
	return slices.ContainsFunc(editions, func(e domain.Edition) bool { return e.State == domain.EditionDone }), err
}

// keep holds an edition for what a report found.
func (a *App) keep(ctx context.Context, id domain.EditionID, report doctor.Report) error {
	worst := slices.IndexFunc(report, func(f doctor.Finding) bool { return f.Level == doctor.Fault })
	words := fmt.Sprintf("letters would not arrive: %s %s (marquee check --online tells more); if it is to go out all the same: marquee editions release %d --sure",
		report[worst].Of, report[worst].Says, id)
	from := []domain.EditionState{domain.EditionFrozen, domain.EditionSending}
	err := a.store.SetEditionState(ctx, id, from, domain.EditionHeld, words)
	if errors.Is(err, domain.ErrConflict) {
		err = nil // it is held already
	}
	return errors.Join(fmt.Errorf("%w: %s", domain.ErrConflict, words), err)
}

// madeUp reports whether a domain is one of those that never are in the DNS
// (RFC 2606 §2, RFC 6761), or no domain at all.
func madeUp(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return slices.Contains([]string{"example", "test", "invalid", "localhost", ""}, last) || last == host || net.ParseIP(host) != nil
}

// Backup writes all that is stored at one instant to a file, and notes when.
func (a *App) Backup(ctx context.Context, file string) error {
	if err := a.store.Backup(ctx, file); err != nil {
		return err
	}
	return a.store.SetMark(ctx, markBackup, schedule.SlotAt(a.env.Now(), a.cfg.Publication.Zone))
}
