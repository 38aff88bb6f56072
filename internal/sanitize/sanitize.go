// Package sanitize is the only place that turns untrusted HTML into HTML that
// may be published: on the web, in feeds and in mail.
//
// HTML does it in two steps. A writer goes through the tokens once and builds
// the output anew from a table of harmless elements: nested properly, with
// absolute addresses and without characters that XML forbids. bluemonday, set up
// from the same table, then has the last word, so that an error in one of them
// is not yet a hole. No element that changes how a browser reads what follows
// (script, style, noscript, svg, math, template, select, textarea …) is in the
// table: what a browser makes of the output is what was checked.
package sanitize

import (
	"html/template"
	"strings"
	"sync"
)

// shared is compiled once: it holds nothing but tables.
var shared = sync.OnceValue(newPolicy) //nolint:gochecknoglobals // a compiled table

// HTML makes untrusted HTML publishable. It keeps text with its headings, lists,
// quotations, tables, figures, links and images, with lang and dir; it drops all
// else, images of one pixel too. Addresses come out absolute, resolved against
// base, and are http, https or (in links) mailto; without a base, relative ones
// are dropped. The output is balanced and holds only characters of XML 1.0
// (§2.2). HTML of its own output, with the same base, is that output.
func HTML(untrusted, base string) string {
	p := shared()
	w := &writer{policy: p, base: parseBase(base)}
	for token := range p.tokens(printable(untrusted)) {
		w.token(token)
	}
	w.closeTo(0)
	safe := p.lock.Sanitize(strings.TrimSpace(w.out.String()))
	// bluemonday quotes attributes with ", so that ' needs no escape anywhere.
	return strings.ReplaceAll(safe, "&#39;", "'")
}

// Trusted marks HTML as safe for templates. It changes nothing: give it only
// what HTML returned, or text that was escaped.
func Trusted(html string) template.HTML { return template.HTML(html) } //nolint:gosec // this is the place
