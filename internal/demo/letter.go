package demo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"strings"
)

// letter is one mail that the sample's mail server took.
type letter struct {
	To      string
	Subject string
	Date    string
	HTML    string
	Text    string
	source  []byte
}

// open reads a mail as its recipient's program would.
func open(data []byte) (*letter, error) {
	m, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	l := &letter{source: data, Subject: decoded(m.Header.Get("Subject")), Date: m.Header.Get("Date")}
	l.To = decoded(m.Header.Get("To"))
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	return l, l.parts(multipart.NewReader(m.Body, params["boundary"]))
}

// parts reads both alternatives; the reader undoes quoted-printable.
func (l *letter) parts(r *multipart.Reader) error {
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read part of mail: %w", err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return fmt.Errorf("read part of mail: %w", err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			l.HTML = string(body)
		} else {
			l.Text = string(body)
		}
	}
}

// Source is the mail as it went over the wire.
func (l *letter) Source() string { return string(l.source) }

// file is the mail's name on disk: the address, which is the sample's own.
func (l *letter) file() string {
	a, err := netmail.ParseAddress(l.To)
	if err != nil {
		return "unknown.eml"
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, a.Address) + ".eml"
}

// decoded undoes the encoded words of a header (RFC 2047 §2).
func decoded(header string) string {
	text, err := new(mime.WordDecoder).DecodeHeader(header)
	if err != nil {
		return header
	}
	return text
}
