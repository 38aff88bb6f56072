package dkim

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"marquee/internal/domain"
)

// field is one header field.
type field struct {
	name  string
	value []byte // all after the colon, with folds, without the end
}

// parseHeader takes a header apart, up to its end or an empty line. Every line
// must end in CRLF and hold no other CR or LF: what is signed is not repaired.
func parseHeader(header []byte) ([]field, error) {
	fields := make([]field, 0, 32)
	for n := 1; len(header) > 0 && !bytes.HasPrefix(header, []byte(crlf)); n++ {
		end := fieldEnd(header)
		if end < 0 {
			return nil, fmt.Errorf("%w: header field %d does not consist of lines that end in CRLF", domain.ErrInvalid, n)
		}
		name, value, ok := bytes.Cut(header[:end], []byte(":"))
		if !ok || !fieldName(name) {
			return nil, fmt.Errorf("%w: header field %d has no name", domain.ErrInvalid, n)
		}
		fields = append(fields, field{string(name), value})
		header = header[end+len(crlf):]
	}
	return fields, nil
}

// fieldEnd is where the CRLF stands that ends the first field; -1 when there is
// none, or a CR or LF by itself before it.
func fieldEnd(header []byte) int {
	for end := 0; ; end += len(crlf) {
		next := bytes.IndexAny(header[end:], crlf)
		if next < 0 || !bytes.HasPrefix(header[end+next:], []byte(crlf)) {
			return -1
		}
		end += next
		if rest := header[end+len(crlf):]; len(rest) == 0 || rest[0] != ' ' && rest[0] != '\t' {
			return end
		}
	}
}

// fieldName reports whether b may name a field (RFC 5322 §2.2).
func fieldName(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(b) > 0
}

// rule says how fields of one name are signed.
type rule struct {
	name   string
	sealed bool // named once more than there are: nobody may add one (RFC 6376 §8.15)
}

// rules are the fields that are signed, in the order of h=. Those that relays
// add or change are not among them: Received, Return-Path, and DKIM-Signature,
// for each signature stands by itself (RFC 6376 §5.4).
func rules() []rule {
	return []rule{
		{"From", true},
		{"To", true},
		{"Cc", true},
		{"Reply-To", true},
		{"Subject", true},
		{"Date", true},
		{"List-Unsubscribe", true}, // RFC 8058 §4 wants both signed
		{"List-Unsubscribe-Post", true},
		{"Message-ID", false},
		{"MIME-Version", false},
		{"Content-Type", false},
		{"Content-Transfer-Encoding", false},
		{"Content-Language", false},
		{"List-ID", false},
		{"Feedback-ID", false},
		{"In-Reply-To", false},
		{"References", false},
		{"Auto-Submitted", false},
		{"Precedence", false},
	}
}

// selection is what of a header is signed.
type selection struct {
	names []string // of h=
	text  []byte   // canonical fields in that order, each with its end
}

// choose applies the rules to a header, for room bytes. Of several fields of one
// name the last comes first (RFC 6376 §5.4.2).
func choose(rules []rule, fields []field, room int) selection {
	s := selection{make([]string, 0, len(rules)+len(fields)), make([]byte, 0, room)}
	for _, r := range rules {
		for _, f := range slices.Backward(fields) {
			if strings.EqualFold(f.name, r.name) {
				s.names = append(s.names, r.name)
				s.text = append(appendRelaxed(s.text, f), crlf...)
			}
		}
		if r.sealed {
			s.names = append(s.names, r.name)
		}
	}
	return s
}
