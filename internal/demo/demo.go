// Package demo is the sample publication behind marquee demo: a site with
// reviews, a picks file, patrons of two tiers and readers of the free edition,
// and a mail server that keeps what it takes. The program between them is the
// real one.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"marquee/internal/app"
	"marquee/internal/config"
	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/patron"
	"marquee/internal/testkit"
	"marquee/internal/web"
	"marquee/testdata"
)

// digestName is the sample's only digest.
const digestName = "weekly"

// password opens the operator's pages, from this machine.
const password = "lantern screen demo"

// Options is how a demo runs.
type Options struct {
	Listen  string // where everything is served; empty is a free port on loopback
	Once    bool   // do the work, write the results, and return
	Dir     string // where feeds and mails are written; empty writes none
	Out     io.Writer
	Version string
	Now     func() time.Time
	Log     *slog.Logger
}

// demo is a demo that runs.
type demo struct {
	Options
	work    string // a directory of its own, gone afterwards
	files   fs.FS
	zone    *time.Location
	site    *http.Server
	home    string // the sample site's address
	inbox   *inbox
	mail    *testkit.SMTP
	web     net.Listener
	app     *app.App
	started time.Time
}

// Run runs the demo until ctx ends, or once. What it made in temporary places
// is gone when it returns.
func Run(ctx context.Context, o Options) (err error) {
	d := &demo{Options: o, inbox: new(inbox), started: o.Now()}
	defer func() { err = errors.Join(err, d.close()) }()
	for _, step := range []func(context.Context) error{d.prepare, d.start, d.publish, d.write} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	if o.Once {
		return nil
	}
	return d.serve(ctx)
}

// prepare opens what stands around the program: site, mail server, files.
func (d *demo) prepare(ctx context.Context) error {
	var err error
	if d.files, err = fs.Sub(testdata.Demo, "demo"); err != nil {
		return err
	}
	if d.zone, err = time.LoadLocation("America/Chicago"); err != nil {
		return err
	}
	if d.work, err = os.MkdirTemp("", "marquee-demo-"); err != nil {
		return err
	}
	if d.web, err = listen(ctx, d.Listen); err != nil {
		return err
	}
	if d.mail, err = testkit.StartSMTP(ctx, testkit.SMTPConfig{Received: d.inbox.take}); err != nil {
		return err
	}
	return d.startSite(ctx)
}

// listen takes the wanted address, a free port of loopback when there is none.
func listen(ctx context.Context, address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w: choose another place with --listen", address, err)
	}
	return l, nil
}

func (d *demo) startSite(ctx context.Context) error {
	l, err := listen(ctx, "")
	if err != nil {
		return err
	}
	d.home = "http://" + l.Addr().String()
	s, err := newSite(d.files, d.home, d.friday(), d.zone)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	d.site = web.Server(context.WithoutCancel(ctx), s, d.Log)
	go func() { _ = d.site.Serve(l) }() // it ends when close closes it
	return nil
}

// friday is the newest Friday whose letter has gone out: at five in the afternoon.
func (d *demo) friday() domain.Date {
	t := d.Now().In(d.zone).Add(-17 * time.Hour)
	for t.Weekday() != time.Friday {
		t = t.AddDate(0, 0, -1)
	}
	return domain.DateOf(t)
}

// start builds the program, from a configuration file as everybody's is.
func (d *demo) start(ctx context.Context) error {
	file, err := d.unpack()
	if err != nil {
		return err
	}
	cfg, err := config.Load(file, nil)
	if err != nil {
		return err
	}
	d.app, err = app.New(ctx, cfg, app.Env{
		Version: d.Version, Now: d.Now, Log: d.Log, Progress: func(delivery.Progress) {},
	}, app.Exclusive)
	return err
}

// publish is the critic's week: patrons in, reviews in, letter out.
func (d *demo) publish(ctx context.Context) error {
	difference, err := d.app.SyncRoster(ctx, "members", false)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.Out, "patrons    %s\n", counts(difference))
	err = d.app.Gather(ctx, nil, func(name string, r gather.Report, err error) {
		if err == nil {
			fmt.Fprintf(d.Out, "%-10s %s\n", name, r)
		}
	})
	if err != nil {
		return err
	}
	slot, err := d.app.LastSlot(digestName, d.Now())
	if err != nil {
		return err
	}
	edition, err := d.app.Compile(ctx, digestName, slot)
	if err != nil {
		return err
	}
	balance, err := d.app.Send(ctx, edition)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.Out, "edition    %s: %q\n", edition.Slug(), edition.Subject)
	fmt.Fprintf(d.Out, "balance    %s\n", balance)
	return nil
}

// serve shows everything at one address until ctx ends.
func (d *demo) serve(ctx context.Context) error {
	pages, err := d.app.Site()
	if err != nil {
		return err
	}
	if err := d.app.SetPassword(ctx, password); err != nil {
		return err
	}
	d.inbox.routes(pages)
	address := "http://" + d.web.Addr().String()
	fmt.Fprintf(d.Out, `
Ready in %s. Look at
  %s/            the landing page, with every feed
  %[2]s/mailbox/    the letters, as patrons got them
  %[2]s/editions/   the editions on the web
  %[2]s/admin/      the operator's pages: the password is %[4]s
  %[3]s/            the sample site that it was gathered from
Press Ctrl-C to end.
`, d.Now().Sub(d.started).Round(time.Millisecond), address, d.home, password)
	return d.app.Serve(ctx, d.web, pages)
}

// close lets go of whatever was opened.
func (d *demo) close() error {
	var errs []error
	if d.app != nil {
		errs = append(errs, d.app.Close())
	}
	if d.site != nil {
		errs = append(errs, d.site.Close())
	}
	if d.mail != nil {
		errs = append(errs, d.mail.Close())
	}
	if d.web != nil {
		if err := d.web.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if d.work != "" {
		errs = append(errs, os.RemoveAll(d.work))
	}
	return errors.Join(errs...)
}

// counts says how many people a difference concerns.
func counts(d patron.Difference) string {
	return fmt.Sprintf("%d new, %d changed", len(d.Add), len(d.Update))
}
