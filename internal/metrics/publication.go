package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"marquee/internal/domain"
)

// newest is how many editions are looked at: those on their way, and the last.
const newest = 5

// publication collects from the store at each scrape, so that several processes
// on one database say the same.
type publication struct {
	store Store

	version    prometheus.Metric
	deliveries *prometheus.Desc
	failures   *prometheus.Desc
	succeeded  *prometheus.Desc
	paused     *prometheus.Desc
	level      *prometheus.Desc
}

func newPublication(cfg Config) *publication {
	describe := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("marquee_"+name, help, labels, nil)
	}
	return &publication{
		store: cfg.Store,
		version: prometheus.MustNewConstMetric(
			describe("build_info", "The program's version; always 1.", "version"), prometheus.GaugeValue, 1, cfg.Version),
		deliveries: describe("edition_deliveries", "An edition's deliveries by state; entitled is the sum of all at the freeze.", "edition", "state"),
		failures:   describe("source_failures", "Reads of a source that failed in a row.", "source"),
		succeeded:  describe("source_success_timestamp_seconds", "When a source was read last; 0 for never.", "source"),
		paused:     describe("destination_paused_until_timestamp_seconds", "Until when nothing is sent to a destination; 0 when it is not paused.", "destination"),
		level:      describe("destination_slow_level", "How often the pace towards a destination is halved.", "destination"),
	}
}

// Describe names every metric.
func (p *publication) Describe(ch chan<- *prometheus.Desc) {
	ch <- p.version.Desc()
	for _, d := range []*prometheus.Desc{p.deliveries, p.failures, p.succeeded, p.paused, p.level} {
		ch <- d
	}
}

// Collect reads the store. What cannot be read becomes an error of the scrape.
func (p *publication) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	ch <- p.version
	for desc, collect := range map[*prometheus.Desc]func(context.Context, chan<- prometheus.Metric) error{
		p.deliveries: p.editions, p.failures: p.sources, p.paused: p.destinations,
	} {
		if err := collect(ctx, ch); err != nil {
			ch <- prometheus.NewInvalidMetric(desc, err)
		}
	}
}

func (p *publication) editions(ctx context.Context, ch chan<- prometheus.Metric) error {
	editions, err := p.store.AllEditions(ctx, newest)
	if err != nil {
		return err
	}
	for i, e := range editions {
		if i > 0 && e.State != domain.EditionSending {
			continue
		}
		b, err := p.store.Balance(ctx, e.ID)
		if err != nil {
			return err
		}
		for state, n := range map[string]int{
			"entitled": b.Entitled, "sent": b.Sent, "failed": b.Failed, "skipped": b.Skipped, "pending": b.Pending, "indoubt": b.InDoubt,
		} {
			ch <- gauge(p.deliveries, float64(n), e.Slug(), state)
		}
	}
	return nil
}

func (p *publication) sources(ctx context.Context, ch chan<- prometheus.Metric) error {
	sources, err := p.store.Sources(ctx)
	for _, s := range sources {
		ch <- gauge(p.failures, float64(s.Failures), s.Source)
		ch <- gauge(p.succeeded, seconds(s.Succeeded), s.Source)
	}
	return err
}

func (p *publication) destinations(ctx context.Context, ch chan<- prometheus.Metric) error {
	paces, err := p.store.Paces(ctx)
	for name, pace := range paces {
		ch <- gauge(p.paused, seconds(pace.Until), name)
		ch <- gauge(p.level, float64(pace.Level), name)
	}
	return err
}

func gauge(d *prometheus.Desc, value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

// seconds is an instant as Prometheus has it, 0 for none.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
