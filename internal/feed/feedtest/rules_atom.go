package feedtest

import (
	"strings"
	"time"
)

// microseconds is RFC 3339 with a fraction.
const microseconds = "2006-01-02T15:04:05.000000Z07:00"

// atom are the rules for Atom 1.0.
func (v *validator) atom(root *node) {
	a := func(name string) string { return atomSpace + " " + name }
	v.once(root, a("id"), a("title"), a("updated"))
	v.atMostOnce(root, a("subtitle"), a("icon"), a("logo"), a("generator"), a("author"))
	v.id(root.textOf(a("id")), "feed id")
	v.date(root.textOf(a("updated")), "InvalidRFC3339Date", time.RFC3339)
	for _, n := range append(root.all(a("title")), root.all(a("subtitle"))...) {
		v.plain(n, "ContainsUndeclaredHTML")
	}
	for _, n := range append(root.all(a("icon")), root.all(a("logo"))...) {
		v.link(n.text, n.name)
	}
	v.person(root)
	v.language(root.attrs["http://www.w3.org/XML/1998/namespace lang"])
	v.links(root.all(a("link")), len(root.all(historySpace+" archive")) > 0)
	ids, updates := map[string]bool{}, map[string]bool{}
	for _, e := range root.all(a("entry")) {
		if id := e.textOf(a("id")); ids[id] {
			v.report("DuplicateEntries", id)
		} else {
			ids[id] = true
		}
		if at := e.textOf(a("updated")); updates[at] {
			v.report("DuplicateUpdated", at)
		} else {
			updates[at] = true
		}
		v.entry(e, a)
	}
}

func (v *validator) entry(e *node, a func(string) string) {
	v.once(e, a("id"), a("title"), a("updated"))
	v.atMostOnce(e, a("published"), a("summary"), a("content"), a("author"), a("source"))
	v.id(e.textOf(a("id")), "entry id")
	v.date(e.textOf(a("updated")), "InvalidRFC3339Date", microseconds)
	for _, n := range e.all(a("published")) {
		v.date(n.text, "InvalidRFC3339Date", time.RFC3339)
	}
	for _, n := range append(e.all(a("title")), e.all(a("summary"))...) {
		v.plain(n, "ContainsUndeclaredHTML")
	}
	for _, n := range e.all(a("content")) {
		if strings.TrimSpace(n.text) == "" {
			v.report("NotBlank", n.name)
		}
		v.safe(n.text)
	}
	if len(e.all(a("content")))+len(e.all(a("summary"))) == 0 {
		v.report("MissingTextualContent", e.textOf(a("id")))
	}
	for _, n := range e.all(a("category")) {
		label := &node{name: "label", text: n.attrs["label"]}
		if label.text != "" {
			v.plain(label, "ContainsHTML")
		}
	}
	for _, n := range e.all(a("link")) {
		v.link(n.attrs["href"], "link "+n.attrs["rel"])
	}
	for _, n := range e.all(a("source")) {
		v.once(n, a("id"), a("title"), a("updated"))
		v.id(n.textOf(a("id")), "source id")
	}
	v.person(e)
	v.media(e)
}

func (v *validator) person(n *node) {
	for _, author := range n.all(atomSpace + " author") {
		v.once(author, atomSpace+" name")
		for _, name := range author.all(atomSpace + " name") {
			v.plain(name, "ContainsHTML")
		}
		for _, uri := range author.all(atomSpace + " uri") {
			v.link(uri.text, "author")
		}
	}
}
