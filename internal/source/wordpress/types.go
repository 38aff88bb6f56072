package wordpress

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/soup"
)

// maxTypes is more than any critic has; each costs a request a read.
const maxTypes = 20

// typeInfo is one entry of /wp/v2/types. Types that are not shown over REST are
// not there.
type typeInfo struct {
	Slug         string   `json:"slug"`
	Base         string   `json:"rest_base"`
	Namespace    string   `json:"rest_namespace"` // since WordPress 5.9
	Taxonomies   []string `json:"taxonomies"`
	Hierarchical bool     `json:"hierarchical"`
}

func (a *api) types(ctx context.Context) ([]typeInfo, error) {
	var answer json.RawMessage
	if _, err := a.get(ctx, "wp/v2/types", nil, &answer); err != nil {
		return nil, err
	}
	var listed map[string]json.RawMessage
	_ = json.Unmarshal(answer, &listed) // what is no object names no types
	var found []typeInfo
	for _, name := range sorted(listed) {
		var t typeInfo
		if json.Unmarshal(listed[name], &t) == nil && t.Slug != "" && t.Base != "" {
			found = append(found, t)
		}
	}
	if len(found) == 0 {
		return nil, &refusalError{status: http.StatusOK, err: fmt.Errorf(
			"%w REST API: %s names no types of post (%s)", domain.ErrInvalid, a.root.Redacted(), cmp.Or(errorCode(answer), "and nothing else"))}
	}
	return found, nil
}

// route is where the type's pieces are.
func (t *typeInfo) route() string {
	namespace := t.Namespace
	if namespace == "" {
		namespace = "wp/v2"
	}
	return namespace + "/" + t.Base
}

// editorial tells whether the type looks like something that a critic writes: it
// is post, or it is filed under categories or tags as posts are. That leaves out
// pages, menus, templates, products and the like.
func (t *typeInfo) editorial() bool {
	return t.Slug == "post" || !t.Hierarchical && t.Slug != "attachment" && !strings.HasPrefix(t.Slug, "wp_") &&
		(slices.Contains(t.Taxonomies, "category") || slices.Contains(t.Taxonomies, "post_tag"))
}

// choose makes st's types: those that the configuration names, or else the
// editorial ones and those in the site's own feed. A type that was read before
// stays, so that a plugin's bad day withdraws nothing.
func (r *reader) choose(ctx context.Context, st *state, found []typeInfo) error {
	wanted := r.types
	if len(wanted) == 0 {
		for _, t := range found {
			if t.editorial() {
				wanted = append(wanted, t.Slug)
			}
		}
		more, err := r.hiddenTypes(ctx, st, wanted)
		if err != nil {
			return err
		}
		wanted = append(wanted, more...)
	}
	before := len(st.Types)
	for _, name := range wanted[:min(len(wanted), maxTypes)] {
		i := slices.IndexFunc(found, func(t typeInfo) bool { return t.Slug == name || t.Base == name })
		if i < 0 {
			return missingType(name, found)
		}
		st.add(found[i].Slug, found[i].route())
	}
	if len(st.Types) > before {
		r.env.Log.InfoContext(ctx, "post types chosen", "source", r.env.Name, "types", wanted, "all", slugs(found))
	}
	return nil
}

func missingType(name string, found []typeInfo) error {
	return &refusalError{status: http.StatusNotFound, err: fmt.Errorf("%w: the REST API does not show the type %q "+
		"(it must be registered with show_in_rest, or types must list the others), only %s", domain.ErrNotFound, soup.Excerpt(name), strings.Join(slugs(found), ", "))}
}

func slugs(types []typeInfo) []string {
	var all []string
	for _, t := range types {
		all = append(all, soup.Excerpt(t.Slug))
	}
	return all
}

// add makes a type one of the state's, or brings its route up to date.
func (s *state) add(name, route string) {
	for _, t := range s.Types {
		if t.Name == name {
			t.Route = route
			return
		}
	}
	t := &postType{Name: name, Route: route}
	t.load()
	s.Types = append(s.Types, t)
}
