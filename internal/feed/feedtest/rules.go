package feedtest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Violations are the errors and warnings that the W3C feed validator would report
// of an RSS or Atom document that was found at an address, by its own names for
// them: those of its rules that a feed of ours could break. Of the namespaces
// that we use it knows all but that of webfeeds.
func Violations(body []byte, self string, now time.Time) []string {
	root, err := tree(body)
	if err != nil {
		return []string{"SAXError: " + err.Error()}
	}
	v := &validator{self: self, now: now}
	v.everywhere(root)
	switch root.name {
	case "rss":
		v.rss(root)
	case atomSpace + " feed":
		v.atom(root)
	default:
		v.report("UndefinedElement", root.name)
	}
	return v.found
}

const (
	atomSpace    = "http://www.w3.org/2005/Atom"
	contentSpace = "http://purl.org/rss/1.0/modules/content/"
	dublinSpace  = "http://purl.org/dc/elements/1.1/"
	historySpace = "http://purl.org/syndication/history/1.0"
	mediaSpace   = "http://search.yahoo.com/mrss/"
)

// validator collects what it finds.
type validator struct {
	self  string
	now   time.Time
	found []string
}

func (v *validator) report(rule, what string) { v.found = append(v.found, rule+": "+what) }

// node is an XML element; names are "namespace local".
type node struct {
	name, text string
	pieces     strings.Builder // of text, until it is whole
	numeric    bool            // its text holds references by number
	attrs      map[string]string
	children   []*node
}

func tree(body []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	root := &node{}
	stack := []*node{root}
	for {
		from := d.InputOffset()
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: full(tok.Name), attrs: map[string]string{}}
			for _, a := range tok.Attr {
				n.attrs[full(a.Name)] = a.Value
			}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			top.text = top.pieces.String()
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.pieces.Write(tok)
			top.numeric = top.numeric || bytes.Contains(body[from:d.InputOffset()], []byte("&#x"))
		}
	}
	if len(root.children) != 1 {
		return nil, fmt.Errorf("%d roots", len(root.children))
	}
	return root.children[0], nil
}

func full(n xml.Name) string { return strings.TrimSpace(n.Space + " " + n.Local) }

func (n *node) all(name string) []*node {
	var found []*node
	for _, c := range n.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

func (n *node) textOf(name string) string {
	for _, c := range n.children {
		if c.name == name {
			return c.text
		}
	}
	return ""
}

// everywhere are the rules for all elements.
func (v *validator) everywhere(n *node) {
	known := []string{"", "xml", "xmlns", atomSpace, contentSpace, dublinSpace, historySpace, mediaSpace, "http://purl.org/rss/1.0/modules/syndication/", "http://webfeeds.org/rss/1.0", "http://www.w3.org/XML/1998/namespace"}
	space := func(name string) string {
		s, _, ok := strings.Cut(name, " ")
		if !ok {
			return ""
		}
		return s
	}
	if !slices.Contains(known, space(n.name)) {
		v.report("UnknownNamespace", n.name)
	}
	texts := []string{n.text}
	for name, value := range n.attrs {
		if !slices.Contains(known, space(name)) {
			v.report("UnknownNamespace", name)
		}
		if value == "" {
			v.report("AttrNotBlank", n.name+" "+name)
		}
		texts = append(texts, value)
	}
	for _, s := range texts {
		if strings.ContainsFunc(s, func(r rune) bool { return 0x80 <= r && r <= 0x9F || r == '\ufffd' }) {
			v.report("BadCharacters", n.name)
		}
	}
	for _, c := range n.children {
		v.everywhere(c)
	}
}

// once reports elements that are missing or there more than once.
func (v *validator) once(n *node, names ...string) {
	for _, name := range names {
		switch len(n.all(name)) {
		case 0:
			v.report("MissingElement", name+" in "+n.name)
		case 1:
		default:
			v.report("DuplicateElement", name)
		}
	}
}

// atMostOnce reports elements that are there more than once.
func (v *validator) atMostOnce(n *node, names ...string) {
	for _, name := range names {
		if len(n.all(name)) > 1 {
			v.report("DuplicateElement", name)
		}
	}
}

// plain is text that must not look like HTML.
func (v *validator) plain(n *node, rule string) {
	if strings.TrimSpace(n.text) == "" {
		v.report("NotBlank", n.name)
	}
	for _, m := range regexp.MustCompile(`</(\w+)>`).FindAllStringSubmatch(n.text, -1) {
		if isHTML(m[1]) {
			v.report(rule, n.text)
		}
	}
	looks := regexp.MustCompile(`&(#\w+|\w*\d\w*|amp|lt|gt|quot|apos|nbsp|copy|reg)`)
	if looks.MatchString(n.text) && !n.numeric {
		v.report(rule, n.text)
	}
}

func isHTML(tag string) bool {
	return slices.Contains(strings.Fields("a abbr b blockquote br cite code div em h1 h2 h3 i iframe img li p script span strong style table td title u ul"), strings.ToLower(tag))
}

// link is an absolute address of ASCII characters.
func (v *validator) link(s, where string) {
	if !regexp.MustCompile(`^[a-zA-Z][0-9a-zA-Z+\-.]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#\[\]]+$`).MatchString(s) {
		v.report("InvalidFullLink", fmt.Sprintf("%s: %q", where, s))
	}
}

// id is a link, and a UUID where it says so.
func (v *validator) id(s, where string) {
	v.link(s, where)
	uuid := regexp.MustCompile(`^urn:uuid:[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$`)
	if strings.HasPrefix(s, "urn:uuid:") && !uuid.MatchString(s) {
		v.report("InvalidUUID", s)
	}
	urn := regexp.MustCompile(`^urn:[a-zA-Z0-9][a-zA-Z0-9-]{1,31}:([a-zA-Z0-9()+,.:=@;$_!*'-]|%[0-9A-Fa-f]{2})+$`)
	if strings.HasPrefix(s, "urn:") && !urn.MatchString(s) {
		v.report("InvalidURN", s)
	}
}

func (v *validator) language(s string) {
	if s != "" && !regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]+)*$`).MatchString(s) {
		v.report("InvalidLanguage", s)
	}
}

// date is in one of the forms, on the right day of the week, and neither before the
// web nor ahead.
func (v *validator) date(s, rule string, layouts ...string) {
	for _, layout := range layouts {
		t, err := time.Parse(layout, s)
		if err != nil || t.Format(layout) != s {
			continue
		}
		if t.Year() < 1990 || t.After(v.now.Add(10*time.Minute)) {
			v.report("ImplausibleDate", s)
		}
		return
	}
	v.report(rule, s)
}

// safe is HTML without risks, with absolute addresses only.
func (v *validator) safe(source string) {
	for z := html.NewTokenizer(strings.NewReader(source)); z.Next() != html.ErrorToken; {
		token := z.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		switch token.Data {
		case "script", "style", "iframe", "object", "embed", "form", "base", "meta", "link", "applet", "frame":
			v.report("SecurityRisk", token.Data)
		}
		for _, a := range token.Attr {
			v.attribute(a)
		}
	}
}

func (v *validator) attribute(a html.Attribute) {
	switch {
	case strings.HasPrefix(a.Key, "on"):
		v.report("SecurityRiskAttr", a.Key)
	case a.Key == "style":
		v.report("DangerousStyleAttr", a.Val)
	case a.Key == "href" || a.Key == "src":
		if !regexp.MustCompile(`^\w+:`).MatchString(a.Val) {
			v.report("ContainsRelRef", a.Val)
		}
		if strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
			v.report("SecurityRisk", a.Val)
		}
	}
}

// links are atom:link elements of a feed, to itself and along its archive.
func (v *validator) links(links []*node, archive bool) {
	rels := map[string]string{}
	for _, l := range links {
		rel, href := l.attrs["rel"], l.attrs["href"]
		if !slices.Contains([]string{"self", "alternate", "hub", "current", "prev-archive"}, rel) {
			v.report("UnregisteredAtomLinkRel", rel)
		}
		v.link(href, "link "+rel)
		if rels[rel] != "" {
			v.report("DuplicateAtomLink", rel)
		}
		rels[rel] = href
	}
	switch {
	case rels["self"] == "":
		v.report("MissingSelf", "")
	case rels["self"] != v.self:
		v.report("SelfDoesntMatchLocation", rels["self"])
	}
	if archive && rels["current"] == "" {
		v.report("MissingCurrentInArchive", "")
	}
}

// media are Media RSS elements.
func (v *validator) media(n *node) {
	for _, c := range n.all(mediaSpace + " content") {
		v.link(c.attrs["url"], "media:content")
		for _, title := range c.all(mediaSpace + " title") {
			v.plain(title, "ContainsUndeclaredHTML")
		}
		for _, credit := range c.all(mediaSpace + " credit") {
			if role := credit.attrs["role"]; role != "director" && role != "actor" {
				v.report("InvalidCreditRole", role)
			}
		}
		for _, rating := range c.all(mediaSpace + " rating") {
			if !slices.Contains(strings.Fields("g pg pg-13 r nc-17"), rating.text) || rating.attrs["scheme"] != "urn:mpaa" {
				v.report("InvalidMediaRating", rating.text)
			}
		}
	}
	for _, c := range append(n.all(mediaSpace+" content"), n.all(mediaSpace+" thumbnail")...) {
		v.link(c.attrs["url"], c.name)
		for _, size := range []string{"width", "height"} {
			if s, there := c.attrs[size]; there && !regexp.MustCompile(`^[1-9]\d*$`).MatchString(s) {
				v.report("InvalidPositiveInteger", s)
			}
		}
	}
}
