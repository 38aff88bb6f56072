package robots

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// maxFile is how much of a file counts; RFC 9309 §2.5 asks for 500 KiB at least.
const maxFile = 512 << 10

// maxDelay is the longest delay that is believed.
const maxDelay = 24 * time.Hour

// Parse reads what a robots.txt says to the crawler with a product token. A line
// that cannot be understood costs no other (RFC 9309 §2.2). Groups that name the
// product count together; where none does, those for * do.
func Parse(file []byte, product string) Rules {
	p := parser{product: product}
	file = bytes.TrimPrefix(file, []byte("\xEF\xBB\xBF"))
	if len(file) > maxFile {
		file = file[:bytes.LastIndexAny(file[:maxFile], "\r\n")+1]
	}
	for line := range bytes.FieldsFuncSeq(file, func(r rune) bool { return r == '\r' || r == '\n' }) {
		line, _, _ = bytes.Cut(line, []byte("#"))
		if key, value, ok := strings.Cut(string(line), ":"); ok {
			p.record(strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value))
		}
	}
	if p.named {
		return p.ours
	}
	return p.anyones
}

// parser is in the middle of a file.
type parser struct {
	product       string
	ours, anyones Rules // of the groups for the product, and for *
	named         bool  // some group is for the product

	// The group that the next line belongs to.
	forUs, forAnyone bool
	ruled            bool // it has rules: the next user-agent begins another
}

// record takes one line. What is neither a user-agent nor a rule, such as a
// Sitemap, does not end a group (RFC 9309 §2.2.4).
func (p *parser) record(key, value string) {
	switch key {
	case "user-agent":
		p.agent(value)
	case "allow", "disallow":
		p.ruled = true
		if value != "" { // "Disallow:" forbids nothing
			p.each(func(r *Rules) { r.Paths = append(r.Paths, Rule{key == "allow", normalPattern(value)}) })
		}
	case "crawl-delay": // no part of the standard, but of many files
		if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
			p.each(func(r *Rules) { r.Delay = time.Duration(min(seconds, maxDelay.Seconds()) * float64(time.Second)) })
		}
	}
}

// agent takes a user-agent line: the product token is what of it can be one
// (RFC 9309 §2.2.1), so that "Marquee/1.0" is us too.
func (p *parser) agent(value string) {
	if p.ruled {
		p.forUs, p.forAnyone, p.ruled = false, false, false
	}
	if strings.HasPrefix(value, "*") {
		p.forAnyone = true
		return
	}
	token := value
	if i := strings.IndexFunc(value, func(r rune) bool { return !isToken(r) }); i >= 0 {
		token = value[:i]
	}
	if strings.EqualFold(token, p.product) {
		p.forUs, p.named = true, true
	}
}

func isToken(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_'
}

// each gives what a line says to those whom its group is for.
func (p *parser) each(say func(*Rules)) {
	if p.forUs {
		say(&p.ours)
	}
	if p.forAnyone {
		say(&p.anyones)
	}
}
