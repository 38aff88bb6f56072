package bounce

import (
	"regexp"
	"strings"
	"sync"

	"marquee/internal/soup"
)

// Mail is what is known of one that was read: who might have sent it, what it
// reports, and the beginning of what it says.
type Mail struct {
	noSender bool // the envelope's sender was null, or so says the server that took it
	header   header
	report   string // report-type of a multipart/report (RFC 6522), in lower case
	receipt  bool   // it reports that a mail was read

	status   reported // what became of each recipient (RFC 3464)
	feedback reported // what somebody thinks of the letter (RFC 5965)
	original reported // the header of the letter that it is about
	text     strings.Builder
	html     string
}

// reported is what one of the outermost messages says; what others within it
// quote is about other mail.
type reported struct {
	groups []header
	depth  int
}

// add takes what a message at a depth says, unless an outer one has said it.
func (r *reported) add(groups []header, depth int) {
	switch {
	case len(groups) == 0:
	case len(r.groups) == 0 || depth < r.depth:
		r.groups, r.depth = groups[:min(len(groups), maxParts)], depth
	case depth == r.depth && len(r.groups) < maxParts:
		r.groups = append(r.groups, groups...)
	}
}

func (m *Mail) addStatus(text string, depth int)   { m.status.add(parseFields(text), depth) }
func (m *Mail) addFeedback(text string, depth int) { m.feedback.add(parseFields(text), depth) }

// quote takes the header of a message within the mail.
func (m *Mail) quote(fields header, depth int) {
	if len(m.original.groups) == 0 || depth < m.original.depth {
		m.original.groups, m.original.depth = []header{fields}, depth
	}
}

// reported notes what kind of report a message is; the outermost counts.
func (m *Mail) reported(kind string, params map[string]string, depth int) {
	if depth == 0 && kind == "multipart/report" {
		m.report = strings.ToLower(params["report-type"])
	}
}

func (m *Mail) addText(text string) {
	if m.text.Len() < maxText {
		m.text.WriteString(text)
		m.text.WriteString("\n")
	}
}

func (m *Mail) addHTML(text string) {
	if m.html == "" {
		m.html = text
	}
}

// words are what people would read.
func (m *Mail) words() string {
	if strings.TrimSpace(m.text.String()) != "" {
		return m.text.String()
	}
	return plain(m.html)
}

// plain is HTML as text, with a line for each element.
func plain(text string) string {
	var b strings.Builder
	text = strings.NewReplacer("\n", " ", "\r", " ", "<", "\n<").Replace(text)
	for line := range strings.Lines(text) {
		if line = soup.Line(line); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// Addresses are those among which the one is that the letter's return path was:
// whatever it is called where the mail came through, and in the letter itself.
func (m *Mail) Addresses() []string {
	var found []string
	collect := func(fields header, names ...string) {
		for _, name := range names {
			for _, value := range fields[name] {
				found = append(found, addressIn().FindAllString(value, maxFields)...)
			}
		}
	}
	collect(m.header, "x-original-to", "delivered-to", "x-delivered-to", "envelope-to", "to")
	for _, group := range m.status.groups {
		collect(group, "x-postfix-sender")
	}
	for _, group := range m.feedback.groups {
		collect(group, "original-mail-from")
	}
	for _, fields := range m.original.groups {
		collect(fields, "return-path", "list-unsubscribe")
	}
	return found
}

var addressIn = sync.OnceValue(func() *regexp.Regexp { //nolint:gochecknoglobals // compiled once
	return regexp.MustCompile(`[^\s<>,;:"()?&@]+@[^\s<>,;:"()?&@]+`)
})

// Redacted is a server's words without anything that looks like an address, on
// one line and not endless.
func Redacted(words string) string {
	const most = 300
	kept := strings.Fields(strings.Map(printable, strings.ToValidUTF8(words, "")))
	for i, word := range kept {
		if strings.ContainsRune(word, '@') || strings.Contains(strings.ToLower(word), "%40") {
			kept[i] = "<address>"
		}
	}
	text := []rune(strings.Join(kept, " "))
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
