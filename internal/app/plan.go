package app

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"marquee/internal/bounce/vendor"
	"marquee/internal/clock"
	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/feed"
	"marquee/internal/fetch"
	"marquee/internal/notice"
	"marquee/internal/patreonapi"
	"marquee/internal/patron"
	"marquee/internal/schedule"
	"marquee/internal/source"
	"marquee/templates"
)

// plan is a configuration turned into parts: everything that can be built and
// checked without a store and without the network.
type plan struct {
	cfg       *config.Config
	policy    *entitle.Policy
	client    *fetch.Client
	clock     *clock.Judge       // hears what the client's servers say
	patreon   *patreonapi.Client // nil without tokens
	tokens    *lateTokens
	readers   map[string]source.Reader
	schedules map[string]*schedule.Schedule // by "source/NAME", "digest/NAME" and "roster/NAME"
	sections  map[string][]digest.Block     // by digest
	rosters   map[string]patron.Roster
	titles    map[string]feed.Titles // by feed
	vendors   []vendor.Vendor        // that tell of bounces
	templates *templates.Set
	post      // empty without digests
}

// planner builds a plan and gathers every mistake on the way.
type planner struct {
	*plan
	env  Env
	errs config.Errors
}

// newPlan builds a plan. Its error is a *config.Errors with all mistakes that
// kinds, schedules and templates find.
func newPlan(cfg *config.Config, env Env) (*plan, error) {
	began := env.Now()
	p := planner{env: env, plan: &plan{
		cfg:       cfg,
		clock:     clock.New(env.Now, func() time.Duration { return env.Now().Sub(began) }),
		policy:    &entitle.Policy{Tiers: cfg.Tiers, Series: cfg.Release.Series, Sources: cfg.Release.Sources, Kinds: cfg.Release.Kinds},
		readers:   map[string]source.Reader{},
		schedules: map[string]*schedule.Schedule{},
		sections:  map[string][]digest.Block{},
		rosters:   map[string]patron.Roster{},
		titles:    map[string]feed.Titles{},
	}}
	p.planClient()
	p.planPatreon()
	p.planTemplates()
	p.planVendors()
	for _, s := range cfg.Sources {
		p.planSource(s)
	}
	for _, r := range cfg.Rosters {
		p.planRoster(r)
	}
	p.planSchedule("roster/"+domain.RosterByHand, "rosters", "0 * * * *")
	for _, f := range cfg.Feeds {
		p.planFeed(f)
	}
	for _, d := range cfg.Digests {
		p.planDigest(d)
	}
	if len(cfg.Digests) > 0 {
		p.planMail()
	}
	return p.plan, p.errs.Err()
}

func (p *planner) planClient() {
	var allow []netip.Prefix
	for i, network := range p.cfg.Fetch.Allow {
		prefix, err := netip.ParsePrefix(network)
		if err != nil {
			p.errs.Add(p.cfg.Errorf(fmt.Sprintf("fetch.allow.[%d]", i), "%q is no network: write 192.168.1.0/24", network))
			continue
		}
		allow = append(allow, prefix)
	}
	p.client = fetch.New(fetch.Config{
		Version: p.env.Version, Contact: p.cfg.Fetch.Contact, Allow: allow, Now: p.env.Now, Log: p.env.Log,
		Heard: p.clock.Hear,
	})
}

func (p *planner) planTemplates() {
	set, err := p.readTemplates()
	if err != nil {
		p.errs.Add(p.cfg.Errorf("templates", "%v", err))
	}
	if p.templates = set; set == nil {
		return
	}
	words := notice.Writer{Publication: p.cfg.Publication, Templates: set.Mail, Now: p.env.Now, Log: p.env.Log}
	if err := words.Check(); err != nil {
		p.errs.Add(p.cfg.Errorf("templates", "%v", err))
	}
}

// readTemplates reads the templates as they are at this moment, in the publication's
// look. Those that parse are returned also when a letter of them would be wrong.
func (p *plan) readTemplates() (*templates.Set, error) {
	letters, accent := p.cfg.Letters, p.cfg.Publication.Look.Accent
	if accent != "" {
		accent = "#" + accent
	}
	set, err := templates.Look{
		Theme: letters.Theme, Accent: accent, Fonts: templates.Fonts(letters.Fonts), Logo: templates.Logo(letters.Logo),
		RTL: domain.Direction(p.cfg.Publication.Language) == domain.RTL,
	}.Parse(p.cfg.Templates)
	if err != nil {
		return nil, err
	}
	return set, digest.CheckTemplates(set.Mail)
}

func (p *planner) planSource(s config.Source) {
	p.planSchedule("source/"+s.Name, "sources."+s.Name+".schedule", s.Schedule)
	for _, kind := range p.sourceKinds() {
		if kind.Name != s.Kind {
			continue
		}
		reader, err := kind.New(source.Env{
			Name: s.Name, Dir: p.cfg.Dir, Zone: p.cfg.Publication.Zone, Client: p.client, Log: p.env.Log, Now: p.env.Now,
		}, s.Options)
		p.errs.Add(err)
		p.readers[s.Name] = reader
		return
	}
	p.errs.Add(s.Options.Errorf("kind", "no kind of source is called %q: write one of %s", s.Kind, names(p.sourceKinds(), func(k source.Kind) string { return k.Name })))
}

func (p *planner) planFeed(f config.Feed) {
	titles, err := feed.ParseTitles(f.ItemTitle)
	if err != nil {
		p.errs.Add(p.cfg.Errorf("feeds."+f.Name+".item_title", "%w: write it as the example does", err))
	}
	p.titles[f.Name] = titles
}

func (p *planner) planSchedule(name, key, expr string) {
	s, err := schedule.Parse(expr, p.cfg.Publication.Zone)
	if err != nil {
		p.errs.Add(p.cfg.Errorf(key, "%v", err))
		return
	}
	p.schedules[name] = s
}

func (p *planner) planRoster(r config.Roster) {
	for _, kind := range p.rosterKinds() {
		if kind.Name != r.Kind {
			continue
		}
		roster, err := kind.New(patron.Env{Tiers: p.cfg.Tiers, Now: p.env.Now}, r.Options)
		p.errs.Add(err)
		p.rosters[r.Name] = roster
		if expr := cmp.Or(r.Schedule, kind.Schedule); expr != "" {
			p.planSchedule("roster/"+r.Name, "rosters."+r.Name+".schedule", expr)
		}
		return
	}
	p.errs.Add(r.Options.Errorf("kind", "no kind of roster is called %q: write one of %s", r.Kind, names(p.rosterKinds(), func(k patron.Kind) string { return k.Name })))
}

func (p *planner) planDigest(d config.Digest) {
	p.planSchedule("digest/"+d.Name, "digests."+d.Name+".schedule", d.Schedule)
	if s := p.schedules["digest/"+d.Name]; s != nil {
		p.schedules["digest/"+d.Name] = s.Except(d.Dates.Skip, d.Dates.Also)
	}
	for _, s := range d.Sections {
		p.planSection(d.Name, s)
	}
}

func (p *planner) planSection(name string, s config.Section) {
	for _, kind := range sectionKinds() {
		if kind.Name != s.Kind {
			continue
		}
		section, err := kind.New(s.Options)
		p.errs.Add(err)
		p.sections[name] = append(p.sections[name], digest.Block{Kind: s.Kind, Title: cmp.Or(s.Title, kind.Title), To: s.To, Section: section})
		return
	}
	p.errs.Add(s.Options.Errorf("section", "no section is called %q: write one of %s", s.Kind, names(sectionKinds(), func(k digest.SectionKind) string { return k.Name })))
}

func names[T any](kinds []T, name func(T) string) string {
	all := make([]string, len(kinds))
	for i, k := range kinds {
		all[i] = name(k)
	}
	return strings.Join(all, ", ")
}

// Load reads a configuration file and checks all that New does before it opens
// the store. Its error is a *config.Errors with every mistake.
func Load(file string, lookup func(string) (string, bool), env Env) (*config.Config, error) {
	return config.Load(file, lookup, func(cfg *config.Config) error {
		_, err := newPlan(cfg, env)
		return err
	})
}
