package app_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"

	"marquee/internal/testkit"
)

// letter is one mail as its recipient's program opens it.
type letter struct {
	To          string // the address alone
	Subject     string
	MessageID   string
	Unsubscribe string // where one click goes
	Text, HTML  string // HTML is empty for a letter of text alone
}

// openLetter reads what a mail server took.
func openLetter(t *testing.T, m testkit.SMTPMessage) letter {
	t.Helper()
	if len(m.To) != 1 {
		t.Fatalf("one letter to %d people", len(m.To))
	}
	read, err := netmail.ReadMessage(bytes.NewReader(m.Data))
	if err != nil {
		t.Fatal(err)
	}
	to, err := read.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != m.To[0] {
		t.Fatalf("To: %q on an envelope to %q: %v", read.Header.Get("To"), m.To[0], err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	l := letter{
		To: to[0].Address, Subject: subject, MessageID: read.Header.Get("Message-Id"),
		Unsubscribe: strings.Trim(read.Header.Get("List-Unsubscribe"), "<>"),
	}
	media, params, err := mime.ParseMediaType(read.Header.Get("Content-Type"))
	switch {
	case err == nil && media == "multipart/alternative":
		l.readParts(t, multipart.NewReader(read.Body, params["boundary"]))
	case err == nil && media == "text/plain" && read.Header.Get("Content-Transfer-Encoding") == "quoted-printable":
		text, err := io.ReadAll(quotedprintable.NewReader(read.Body))
		if err != nil {
			t.Fatal(err)
		}
		l.Text = strings.ReplaceAll(string(text), "\r\n", "\n")
	default:
		t.Fatalf("a letter of type %q: %v", media, err)
	}
	return l
}

// readParts reads both alternatives; the reader undoes quoted-printable.
func (l *letter) readParts(t *testing.T, r *multipart.Reader) {
	t.Helper()
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		switch media, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); media {
		case "text/plain":
			l.Text = strings.ReplaceAll(string(body), "\r\n", "\n")
		case "text/html":
			l.HTML = strings.ReplaceAll(string(body), "\r\n", "\n")
		default:
			t.Errorf("a part of type %q", media)
		}
	}
	if l.Text == "" || l.HTML == "" {
		t.Errorf("a letter with %d bytes of text and %d of HTML", len(l.Text), len(l.HTML))
	}
}

// letters are the mails that a server took, by recipient. Nobody may have two.
func letters(t *testing.T, server *testkit.SMTP) map[string]letter {
	t.Helper()
	all := map[string]letter{}
	for _, m := range server.Messages() {
		l := openLetter(t, m)
		if _, twice := all[l.To]; twice {
			t.Errorf("%s got two letters", l.To)
		}
		all[l.To] = l
	}
	return all
}
