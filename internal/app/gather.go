package app

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"net/netip"
	"slices"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/jobs"
	"marquee/internal/likeness"
	"marquee/internal/picture"
	"marquee/internal/source"
)

func (a *App) buildGatherers() {
	var order []string
	apart := map[string]bool{}
	for _, s := range a.cfg.Sources {
		order = append(order, s.Name)
		apart[s.Name] = s.Apart
	}
	pictures := picture.New(picture.Config{Client: a.client, Store: a.store, Now: a.env.Now, Log: a.env.Log})
	for _, s := range a.cfg.Sources {
		cfg := gather.Config{
			Name: s.Name, Reader: a.readers[s.Name], Store: a.store, Pictures: pictures, Rules: s.Rules,
			Order: order, Apart: apart, Releases: a.cfg.Release.Sources, Settle: s.Settle, Flood: s.Flood,
			Publication: a.cfg.Publication, Now: a.env.Now, Log: a.env.Log,
		}
		cfg.Pages = a.pages(s)
		if a.hooks.hubs != nil {
			cfg.Hubs = a.hooks.hubs
		}
		a.gatherers[s.Name] = gather.New(cfg)
	}
}

// pages looks at the pages of a source's pieces. A feed is a window, and a list says
// little of its pieces; the other kinds tell what becomes of theirs.
func (a *App) pages(s config.Source) source.Getter {
	if s.Kind == "webfeed" {
		return a.client
	}
	reader, _ := a.readers[s.Name].(source.Getter) // that looks by itself, as politely as it reads
	return reader
}

// source is a source for the background work.
func (a *App) source(s config.Source) jobs.Source {
	return jobs.Source{
		Gatherer: a.gatherers[s.Name], Schedule: a.schedules["source/"+s.Name],
		Host: strangersHost(s.Options.Text("url")), AlertAfter: s.AlertAfter,
	}
}

// strangersHost is the host of an address, for which reads are kept apart; "" for
// this machine, which need not be spared.
func strangersHost(address string) string {
	host := likeness.Host(address)
	name := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		name = bare
	}
	ip, _ := netip.ParseAddr(name) // a name is none
	if name == "localhost" || ip.IsLoopback() {
		return ""
	}
	return host
}

// jitter is a number from 0 to 1, always the same for a source of this
// publication, and another for another's.
func (a *App) jitter(source string) float64 {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s\x00%s", a.cfg.Publication.URL, source)
	return float64(h.Sum32()) / (1 << 32)
}

// Gather reads sources once, now: the named ones, or all. report hears of each
// as it ends. One source's failure does not keep the others from being read;
// all failures come back joined.
func (a *App) Gather(ctx context.Context, only []string, report func(name string, r gather.Report, err error)) error {
	for _, name := range only {
		if err := a.known(name); err != nil {
			return err
		}
	}
	work := a.work()
	var errs []error
	for _, s := range a.cfg.Sources {
		if len(only) > 0 && !slices.Contains(only, s.Name) {
			continue
		}
		r, err := work.Gather(ctx, s.Name)
		report(s.Name, r, err)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// known refuses sources that are not configured.
func (a *App) known(name string) error {
	if a.gatherers[name] == nil {
		return fmt.Errorf("source %q: %w in the configuration", name, domain.ErrNotFound)
	}
	return nil
}

// AcceptHeld makes the pieces of a source that came back as new, and were held,
// news for the next edition; it says how many they are.
func (a *App) AcceptHeld(ctx context.Context, name string) (int, error) {
	if err := a.known(name); err != nil {
		return 0, err
	}
	return a.store.AcceptHeld(ctx, name, a.env.Now())
}
