package webfeed

import (
	"bytes"
	"encoding/binary"
	"mime"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// toUTF8 decodes a feed. The charset is, by falling authority (RFC 7303 §3): a
// byte order mark, the Content-Type, how the first "<" is written, the XML
// declaration, and UTF-8. Bytes that are not UTF-8 where UTF-8 was announced or
// assumed are read as windows-1252, one by one, so that neither an undeclared
// Latin-1 feed nor one stray byte loses anything.
func toUTF8(body []byte, contentType string) []byte {
	for _, mark := range []struct{ bytes, label string }{
		{"\xEF\xBB\xBF", "utf-8"},
		{"\xFF\xFE\x00\x00", "utf-32le"}, // before UTF-16, whose mark begins it
		{"\x00\x00\xFE\xFF", "utf-32be"},
		{"\xFF\xFE", "utf-16le"},
		{"\xFE\xFF", "utf-16be"},
	} {
		if rest, ok := bytes.CutPrefix(body, []byte(mark.bytes)); ok {
			return decode(rest, mark.label)
		}
	}
	return decode(body, label(body, contentType))
}

func label(body []byte, contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && known(params["charset"]) {
		return params["charset"]
	}
	for _, first := range []struct{ bytes, label string }{
		{"<\x00\x00\x00", "utf-32le"},
		{"\x00\x00\x00<", "utf-32be"},
		{"<\x00", "utf-16le"},
		{"\x00<", "utf-16be"},
		{"{\x00", "utf-16le"},
		{"\x00{", "utf-16be"},
	} {
		if bytes.HasPrefix(body, []byte(first.bytes)) {
			return first.label
		}
	}
	return declared(body)
}

func known(name string) bool {
	enc, _ := charset.Lookup(name)
	return enc != nil
}

// declared is the encoding that the XML declaration names, if it can be true:
// a declaration that is readable byte by byte does not stand in UTF-16.
func declared(body []byte) string {
	const window = 4 << 10 // a PHP warning may stand before the declaration
	head := body[:min(len(body), window)]
	start := bytes.Index(head, []byte("<?xml"))
	if start < 0 {
		return ""
	}
	declaration, _, _ := bytes.Cut(head[start:], []byte("?>"))
	value, _ := attribute(declaration, "encoding")
	if bytes.HasPrefix(bytes.ToLower([]byte(value)), []byte("utf-16")) {
		return ""
	}
	return value
}

func decode(body []byte, name string) []byte {
	switch name {
	case "utf-32le":
		return fromUTF32(body, binary.LittleEndian)
	case "utf-32be":
		return fromUTF32(body, binary.BigEndian)
	}
	enc, canonical := charset.Lookup(name)
	if enc == nil || canonical == "utf-8" {
		return mendUTF8(body)
	}
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return mendUTF8(body)
	}
	return out
}

func fromUTF32(body []byte, order binary.ByteOrder) []byte {
	var out []byte
	for len(body) >= 4 {
		out = utf8.AppendRune(out, rune(order.Uint32(body))) //nolint:gosec // what is no rune becomes U+FFFD
		body = body[4:]
	}
	return out
}

// mendUTF8 reads each byte that is no part of UTF-8 as windows-1252.
func mendUTF8(body []byte) []byte {
	if utf8.Valid(body) {
		return body
	}
	out := make([]byte, 0, len(body)+len(body)/8)
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		if r == utf8.RuneError && size == 1 {
			r = windows1252(body[0])
		}
		out = utf8.AppendRune(out, r)
		body = body[size:]
	}
	return out
}

// windows1252 is what the byte means in windows-1252 (WHATWG Encoding §9.1).
func windows1252(b byte) rune {
	if b < 0x80 || b > 0x9F {
		return rune(b)
	}
	return [...]rune{
		0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
		0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
	}[b-0x80]
}
