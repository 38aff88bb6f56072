// Package patreon is the source kind "patreon": the posts of a campaign, over
// Patreon's API.
//
// A post is an item with the post's own title and address, so that the same piece
// on the critic's site is known as the same. Who may read it at Patreon may read
// it here: everyone, all patrons, or a tier and those above it (release.go). Of a
// post that is not for everyone the public sees a sentence of the operator's, and
// not its beginning.
//
// Patreon says neither when a post was edited nor in which order it lists posts.
// So one Read asks for all of them in small, compares, and reads whole what is
// new, what looks different, and what is recent enough to be edited still. At
// first, once a day, and when a post is gone it reads all of them whole, and the
// result is then complete.
package patreon

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/source"
)

// Options are the kind's keys in the configuration.
type Options struct {
	Campaign string            `yaml:"campaign"` // its id; required
	Types    []domain.ItemKind `yaml:"types"`    // which posts: post, picks, poll; by default all
	Teaser   string            `yaml:"teaser"`   // what the public reads of a post for patrons
}

// Kind is the source kind "patreon". client is nil when the configuration has no
// tokens; tiers are those that a post can be for.
func Kind(client *patreonapi.Client, tiers domain.Tiers) source.Kind {
	return source.Kind{
		Name: "patreon",
		New: func(env source.Env, opts config.Options) (source.Reader, error) {
			return New(env, opts, client, tiers)
		},
	}
}

// Reader reads one campaign's posts. It asks through its client alone.
type Reader struct {
	env    source.Env
	opts   Options
	client *patreonapi.Client
	tiers  domain.Tiers
	types  types
}

// New checks the options and returns a reader of the campaign.
func New(env source.Env, opts config.Options, client *patreonapi.Client, tiers domain.Tiers) (*Reader, error) {
	o := Options{Types: known(), Teaser: "This post is for patrons."}
	if err := opts.Decode(&o); err != nil {
		return nil, err
	}
	switch {
	case client == nil:
		return nil, opts.Errorf("kind", "needs the tokens of your campaign: write them under patreon, as the example shows")
	case o.Campaign == "" || strings.Trim(o.Campaign, "0123456789") != "":
		return nil, opts.Errorf("campaign", "must be the campaign's id, a number in quotes")
	case slices.ContainsFunc(tiers, func(t domain.Tier) bool { return t.PatreonID == "" }):
		return nil, opts.Errorf("kind", "needs a patreon_id for each of your tiers: posts name the tiers they are for by it")
	case strings.TrimSpace(o.Teaser) == "":
		return nil, opts.Errorf("teaser", "says nothing: write what the public reads of a post for patrons")
	}
	for i, t := range o.Types {
		if !slices.Contains(known(), t) {
			return nil, opts.Errorf(fmt.Sprintf("types.[%d]", i), "%q is no type of post: write post, picks or poll", t)
		}
	}
	return &Reader{env: env, opts: o, client: client, tiers: tiers, types: newTypes()}, nil
}

// settings is what besides the campaign decides what a Read gives.
func (r *Reader) settings() string {
	return fmt.Sprintf("1 %s %q %q %v", r.opts.Campaign, r.opts.Types, r.opts.Teaser, r.tiers)
}

const (
	allAgain = 24 * time.Hour      // when all posts are read whole again
	recent   = 14 * 24 * time.Hour // how long after its publication a post is edited, as a rule
	oneByOne = 20                  // posts that are read by themselves; beyond, the whole list costs less
)

// Read implements source.Reader.
func (r *Reader) Read(ctx context.Context, last source.State) (source.Result, error) {
	before, ok := loadState(last, r.settings())
	if !ok || before.stale(r.env.Now()) {
		return r.readAll(ctx, before)
	}
	small, err := r.list(ctx, false)
	if err != nil {
		return source.Result{}, err
	}
	var wanted []patreonapi.Post
	for _, p := range small.posts {
		if before.Posts[p.ID].Mark != mark(p) || r.env.Now().Sub(p.Published) < recent {
			wanted = append(wanted, p)
		}
	}
	if before.gone(small) || len(wanted) > oneByOne {
		return r.readAll(ctx, before)
	}
	return r.readSome(ctx, before, small, wanted)
}

// readAll reads all posts whole. That there are none any more is more likely a
// mishap than a decision, and takes nothing back.
func (r *Reader) readAll(ctx context.Context, before state) (source.Result, error) {
	all, err := r.list(ctx, true)
	if err != nil {
		return source.Result{}, err
	}
	if len(all.posts) == 0 && len(before.Posts) > 0 {
		return source.Result{}, fmt.Errorf("patreon lists none of %d posts any more: nothing is taken back", len(before.Posts))
	}
	after := newState(r.settings())
	after.Listed = r.env.Now()
	if !all.whole {
		maps.Copy(after.Posts, before.Posts)
	}
	res := source.Result{Complete: all.whole, Problems: all.problems()}
	for _, p := range all.posts {
		after.note(p)
		res.Items = append(res.Items, r.raw(p))
	}
	if before.same(after) && len(res.Problems) == 0 {
		res = source.Result{Unchanged: true}
	}
	res.State, err = after.save()
	return res, err
}

// readSome reads some posts by themselves, and gives those that have changed.
func (r *Reader) readSome(ctx context.Context, before state, small *listing, wanted []patreonapi.Post) (source.Result, error) {
	res := source.Result{Problems: small.problems()}
	for _, p := range wanted {
		whole, err := r.client.Post(ctx, p.ID)
		if errors.Is(err, domain.ErrNotFound) { // deleted since it was listed
			return r.readAll(ctx, before)
		}
		if err != nil {
			return source.Result{}, explain(err)
		}
		if before.Posts[p.ID].Sum != sum(whole) && r.current(whole) {
			res.Items = append(res.Items, r.raw(whole))
		}
		before.note(whole)
	}
	res.Unchanged = len(res.Items) == 0 && len(res.Problems) == 0
	var err error
	res.State, err = before.save()
	return res, err
}

// current reports whether a post is published, and of a type that is read.
func (r *Reader) current(p patreonapi.Post) bool {
	return !p.Published.IsZero() && !p.Published.After(r.env.Now()) && slices.Contains(r.opts.Types, r.types.of(p))
}
