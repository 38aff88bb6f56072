package config

import (
	"net/mail"
	"net/url"
	"reflect"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v4"

	"marquee/internal/domain"
	"marquee/internal/yamlfile"
)

// reader turns a document into a Config, collecting mistakes as it goes: every
// part is read, whatever was wrong with the others.
type reader struct {
	*yamlfile.Document
	errs *Errors
}

// path leads to a value of the file.
type path = yamlfile.Path

// keys are the keys at the top. Each part's own stand beside the function that
// reads it.
type keys struct {
	Publication yaml.Node `yaml:"publication"`
	Store       string    `yaml:"store"`
	Password    Secret    `yaml:"store_password"`
	Server      yaml.Node `yaml:"server"`
	Admin       yaml.Node `yaml:"admin"`
	Tiers       listed    `yaml:"tiers"`
	Sources     yaml.Node `yaml:"sources"`
	Fetch       yaml.Node `yaml:"fetch"`
	Release     yaml.Node `yaml:"release"`
	Feeds       yaml.Node `yaml:"feeds"`
	Digests     yaml.Node `yaml:"digests"`
	Patreon     yaml.Node `yaml:"patreon"`
	TMDB        yaml.Node `yaml:"tmdb"`
	Rosters     yaml.Node `yaml:"rosters"`
	Mail        yaml.Node `yaml:"mail"`
	Letters     yaml.Node `yaml:"letters"`
	Templates   string    `yaml:"templates"`
}

// listed is a list whose elements are decoded one by one, so that a mistake in
// one of them does not shift the others' places.
type listed []yaml.Node

// config reads the whole tree. It is only good when no mistake was found.
func (r *reader) config() *Config {
	cfg := Default()
	cfg.Dir, cfg.doc = r.Dir(), r.Document
	k := keys{Store: cfg.Store}
	r.decode(r.Root(), nil, &k)
	if r.Root().Kind != yaml.MappingNode && !yamlfile.IsNull(r.Root()) {
		return cfg // decode has said so, and there is nothing else to read
	}

	cfg.Publication = r.publication(&k.Publication, cfg.Publication)
	cfg.Store, cfg.StoreSecret = r.store(k.Store, k.Password)
	cfg.Server = r.server(&k.Server, cfg.Server)
	cfg.Publication.Server = cfg.Server.URL
	cfg.Admin = r.admin(&k.Admin, cfg.Admin)
	cfg.Tiers = r.tiers(k.Tiers)
	cfg.Release = r.release(&k.Release, cfg.Tiers)
	cfg.Sources = r.sources(&k.Sources, cfg)
	cfg.Fetch = r.fetch(&k.Fetch)
	cfg.Feeds = r.feeds(&k.Feeds, cfg)
	cfg.Digests = r.digests(&k.Digests, cfg)
	cfg.Patreon = r.patreon(&k.Patreon)
	cfg.TMDB = r.tmdb(&k.TMDB)
	cfg.Rosters = r.rosters(&k.Rosters)
	cfg.Mail = r.mail(&k.Mail, cfg.Mail)
	cfg.Letters = r.letters(&k.Letters, cfg.Letters)
	cfg.Templates = r.Abs(k.Templates)
	if len(cfg.Digests) > 0 {
		r.mailable(cfg)
	}
	return cfg
}

// mistake notes what is wrong with a value and what to write instead.
func (r *reader) mistake(at path, format string, args ...any) {
	r.errs.Add(r.Mistake(at, format, args...))
}

// decode is like Decode but keeps the mistakes.
func (r *reader) decode(node *yaml.Node, at path, into any) {
	r.errs.Add(r.Decode(node, at, into))
}

// options decodes the keys of a block that all kinds share into shared, and
// leaves the rest to the block's kind.
func (r *reader) options(e entry, shared any) Options {
	opts, errs := r.Options(e.node, e.at, shared)
	r.errs.Add(errs)
	return opts
}

// entry is one value of a mapping or a list.
type entry struct {
	name string // its key; empty in a list
	at   path
	node *yaml.Node
}

// entries are a mapping's values in the file's order.
func (r *reader) entries(node *yaml.Node, at path) []entry {
	if yamlfile.IsNull(node) {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		r.mistake(at, "%s", yamlfile.Expectation(reflect.TypeFor[map[string]any]()))
		return nil
	}
	var all []entry
	for key, value := range yamlfile.Pairs(node) {
		all = append(all, entry{key.Value, at.Key(key.Value), value})
	}
	return all
}

// named are the entries of a mapping whose keys become names: in addresses, in
// the store and on the command line.
func (r *reader) named(node *yaml.Node, at path) []entry {
	pattern := regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)
	all := r.entries(node, at)
	for _, e := range all {
		if !pattern.MatchString(e.name) {
			r.mistake(e.at, "is no name: write small letters a-z, digits and -, beginning with a letter or digit")
		}
	}
	return all
}

// elements are a list's values, without the empty ones that were refused before.
func elements(list listed, at path) []entry {
	var all []entry
	for i := range list {
		if !yamlfile.IsNull(&list[i]) {
			all = append(all, entry{at: at.Element(i), node: &list[i]})
		}
	}
	return all
}

// required reports whether a text is there, and notes when it is not. Where no
// keys stand at all, that is the mistake, and decode has noted it.
func (r *reader) required(value string, at path, what string) bool {
	block := r.Value(at[:len(at)-1])
	if value == "" && (yamlfile.IsNull(block) || block.Kind == yaml.MappingNode) {
		r.mistake(at, "missing: write %s", what)
	}
	return value != ""
}

// oneOf reports whether a text is one of those known, and notes when it is not.
func (r *reader) oneOf(value string, at path, known []string) bool {
	if slices.Contains(known, value) {
		return true
	}
	r.mistake(at, "%q is not known here (%s)", value, yamlfile.Advice(value, known))
	return false
}

// itemKinds are the item kinds that texts name.
func (r *reader) itemKinds(names []string, at path) []domain.ItemKind {
	var kinds []domain.ItemKind
	for i, name := range names {
		if r.oneOf(name, at.Element(i), itemKindNames()) {
			kinds = append(kinds, domain.ItemKind(name))
		}
	}
	return kinds
}

func itemKindNames() []string {
	var names []string
	for _, kind := range domain.ItemKinds() {
		names = append(names, string(kind))
	}
	return names
}

// webAddress checks an address of the web; an empty one passes.
func (r *reader) webAddress(s string, at path) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		r.mistake(at, "%q is no web address: write it whole, as in https://lanternscreen.example", s)
	}
}

// mailAddress checks an address of mail, with or without a name before it; an
// empty one passes.
func (r *reader) mailAddress(s string, at path) {
	if s == "" {
		return
	}
	if _, err := mail.ParseAddress(s); err != nil {
		r.mistake(at, `is no mail address: write it as in "Mara Ellison <digest@lanternscreen.example>"`)
	}
}
