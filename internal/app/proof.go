package app

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/web/admin"
)

// Proof is a letter as somebody with wishes gets it: the bodies are read out of the
// very mail that they would get. What is no mail, the public's copy, is a page alone.
func (a *App) Proof(r domain.Rendition, to netmail.Address, wish domain.Preferences) (admin.Letter, error) {
	l := admin.Letter{Subject: r.Subject, Preheader: r.Preheader, HTML: r.HTML, Text: r.Text}
	if len(r.Form) == 0 {
		return l, nil
	}
	m, err := a.stamp(r, to, wish)
	if err != nil {
		return admin.Letter{}, err
	}
	l.Source = bytes.Join(m.Content, nil)
	l.HTML, l.Text, err = bodies(l.Source)
	return l, err
}

// bodies reads the parts of a letter of ours, which has a text in any case.
func bodies(source []byte) (html, text string, err error) {
	m, err := netmail.ReadMessage(bytes.NewReader(source))
	if err != nil {
		return "", "", err
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", "", err
	}
	if kind == "text/plain" {
		text, err = words(m.Body)
		return "", text, err
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return html, text, nil
		}
		if err != nil {
			return "", "", err
		}
		body, err := words(part)
		if err != nil {
			return "", "", err
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			html = body
			continue
		}
		text = body
	}
}

// words are what a part of a letter says, with the ends of lines as we have them.
func words(part io.Reader) (string, error) {
	body, err := io.ReadAll(quotedprintable.NewReader(part))
	return strings.ReplaceAll(string(body), "\r\n", "\n"), err
}
