package static

import (
	"html"
	"regexp"
	"strings"
)

// inPage finds the addresses that our own pages, which quote each attribute, lead to.
func inPage() *regexp.Regexp {
	return regexp.MustCompile(`(\s(?:href|src|data|poster)=")([^"]*)(")`)
}

// inFeed finds addresses of the site in feeds and other lists, which hold them
// whole.
func (s Site) inFeed() *regexp.Regexp {
	return regexp.MustCompile(regexp.QuoteMeta(s.Server) + `/[\w./~-]*`)
}

// links are the paths of the site that a page leads to.
func (s Site) links(p *page) []string {
	var found []string
	add := func(link string) {
		if at := s.local(link); at != "" {
			found = append(found, at)
		}
	}
	if !p.html {
		if isText(p.path) {
			for _, link := range s.inFeed().FindAllString(string(p.body), -1) {
				add(link)
			}
		}
		return found
	}
	for _, m := range inPage().FindAllSubmatch(p.body, -1) {
		add(html.UnescapeString(string(m[2])))
	}
	return found
}

// isText reports whether a path's file holds addresses, as no picture does.
func isText(at string) bool {
	for _, ext := range []string{".jpg", ".png", ".svg", ".css", ".js", ".ico"} {
		if strings.HasSuffix(at, ext) {
			return false
		}
	}
	return true
}

// localised is a page's body, with links from page to page relative, so that the
// site may lie in any folder of a server. What is not among the files, such as a
// form, stays with the server that runs Marquee. Feeds are read elsewhere: their
// addresses stay whole.
func (s Site) localised(p *page, pages map[string]*page) []byte {
	if !p.html {
		return p.body
	}
	return inPage().ReplaceAllFunc(p.body, func(attr []byte) []byte {
		m := inPage().FindSubmatch(attr)
		link := html.UnescapeString(string(m[2]))
		if !strings.HasPrefix(link, "/") { // whole, as a canonical address must be
			return attr
		}
		at := s.local(link)
		if at == "" {
			return attr
		}
		rest := link[strings.Index(link, at)+len(at):] // query and fragment
		there := s.Server + link
		if target := pages[at]; target != nil {
			there = relative(p.file, target) + rest
		}
		return []byte(string(m[1]) + html.EscapeString(there) + string(m[3]))
	})
}

// relative is the way from a file to a page.
func relative(from string, to *page) string {
	there := to.file
	if to.html {
		there = strings.TrimSuffix(there, "index.html")
	}
	way := strings.Repeat("../", strings.Count(from, "/")) + there
	if way == "" {
		return "./"
	}
	return way
}
