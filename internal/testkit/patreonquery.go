package testkit

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// patreonQuery is what a request asks to see. The API gives no more.
type patreonQuery struct {
	values url.Values
}

func newPatreonQuery(values url.Values) patreonQuery { return patreonQuery{values} }

// fields are the attributes of a type that are asked for.
func (q patreonQuery) fields(of string) []string { return csv(q.values.Get("fields[" + of + "]")) }

// includes reports whether a relation is asked for.
func (q patreonQuery) includes(relation string) bool {
	return slices.Contains(csv(q.values.Get("include")), relation)
}

func csv(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// check refuses attributes and relations that there are not.
func (q patreonQuery) check(relations []string, attributes map[string][]string) *patreonAnswer {
	for _, relation := range csv(q.values.Get("include")) {
		if !slices.Contains(relations, relation) {
			return patreonError(http.StatusBadRequest, "ParameterInvalid", "include")
		}
	}
	for key := range q.values {
		of, isFields := strings.CutPrefix(key, "fields[")
		if !isFields {
			continue
		}
		of = strings.TrimSuffix(of, "]")
		for _, field := range q.fields(of) {
			if !slices.Contains(attributes[of], field) {
				return patreonError(http.StatusBadRequest, "ParameterInvalid", key)
			}
		}
	}
	return nil
}

// chosen are the attributes among all that are asked for.
func (q patreonQuery) chosen(of string, all map[string]any) map[string]any {
	picked := make(map[string]any, len(all))
	for _, name := range q.fields(of) {
		if value, there := all[name]; there {
			picked[name] = value
		}
	}
	return picked
}

// patreonCursor is a place in a list.
type patreonCursor struct {
	list    string
	at      int
	expires time.Time
}

// patreonWindow is the part of a list of n that a request is about.
type patreonWindow struct{ from, to int }

// window finds the part of a list that a request is about, at most most entries.
func (p *Patreon) window(list string, ask patreonQuery, n, most int) (patreonWindow, *patreonAnswer) {
	count, from := most, 0
	if s := ask.values.Get("page[count]"); s != "" {
		var err error
		if count, err = strconv.Atoi(s); err != nil || count < 1 || count > most {
			return patreonWindow{}, patreonError(http.StatusBadRequest, "ParameterInvalid", "page[count]")
		}
	}
	if s := ask.values.Get("page[cursor]"); s != "" {
		cursor, known := p.cursors[s]
		if !known || cursor.list != list || !p.now.Before(cursor.expires) {
			return patreonWindow{}, patreonCursorExpired()
		}
		from = min(cursor.at, n)
	}
	return patreonWindow{from, min(from+count, n)}, nil
}

// ExpireCursors makes all cursors that were given worth nothing.
func (p *Patreon) ExpireCursors() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.cursors)
}

// pagination is what a list says of its pages.
func (p *Patreon) pagination(list string, w patreonWindow, n, total int) map[string]any {
	pagination := map[string]any{"total": total}
	switch {
	case w.to < n:
		cursor := "01" + p.id("CURSOR")
		p.cursors[cursor] = patreonCursor{list: list, at: w.to, expires: p.now.Add(p.cfg.CursorLife)}
		pagination["cursors"] = map[string]any{"next": cursor}
	case !p.cfg.BareEnd:
		pagination["cursors"] = map[string]any{"next": nil}
	}
	return map[string]any{"pagination": pagination}
}

func patreonRef(of, id string) map[string]any { return map[string]any{"id": id, "type": of} }
