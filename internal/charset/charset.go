// Package charset turns what strangers send into UTF-8, whatever it says of
// itself.
package charset

import (
	"encoding/binary"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"marquee/internal/soup"
)

// Decode decodes an XML document or a JSON text. The charset is, by falling
// authority (RFC 7303 §3): a byte order mark, how the first "<" is written, the
// Content-Type, the XML declaration, and UTF-8. What a single-byte charset is
// announced for, but is UTF-8 to the last byte, is UTF-8: servers announce what
// they were installed with. Bytes that are not UTF-8 where it was announced or
// assumed are read as their statistics suggest, else one by one as windows-1252,
// so that neither an undeclared Latin-1 feed nor one stray byte loses anything.
func Decode(body []byte, contentType string) string {
	text := string(body)
	for _, mark := range []struct{ bytes, label string }{
		{"\xEF\xBB\xBF", "utf-8"},
		{"\xFF\xFE\x00\x00", "utf-32le"}, // before UTF-16, whose mark begins it
		{"\x00\x00\xFE\xFF", "utf-32be"},
		{"\xFF\xFE", "utf-16le"},
		{"\xFE\xFF", "utf-16be"},
	} {
		if rest, ok := strings.CutPrefix(text, mark.bytes); ok {
			return decode(rest, mark.label)
		}
	}
	if strings.Contains(text, "\x1B$B") { // which nothing but ISO-2022-JP has
		return decode(text, "iso-2022-jp")
	}
	return decode(text, label(text, contentType))
}

func label(text, contentType string) string {
	for _, first := range []struct{ bytes, label string }{
		{"<\x00\x00\x00", "utf-32le"},
		{"\x00\x00\x00<", "utf-32be"},
		{"<\x00", "utf-16le"},
		{"\x00<", "utf-16be"},
		{"{\x00", "utf-16le"},
		{"\x00{", "utf-16be"},
		{"\x4C\x6F\xA7\x94", "ibm037"}, // "<?xm" in EBCDIC
	} {
		if strings.HasPrefix(text, first.bytes) {
			return first.label
		}
	}
	if wide := wideLabel(text); wide != "" {
		return wide
	}
	_, params, err := mime.ParseMediaType(contentType)
	if name := params["charset"]; err == nil && isReadable(name, text) {
		return name
	}
	return declared(text)
}

// wideLabel recognises UTF-16 that begins with something else, by the zeros
// beside the ASCII in it.
func wideLabel(text string) string {
	const window = 256
	head := text[:min(len(text), window)]
	var zeros [2]int
	for i := range len(head) {
		if head[i] == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[0] > len(head)/4 && zeros[1] == 0:
		return "utf-16be"
	case zeros[1] > len(head)/4 && zeros[0] == 0:
		return "utf-16le"
	}
	return ""
}

// isReadable reports whether the charset is one we know and the text can be in
// it: what is readable byte by byte is not in UTF-16.
func isReadable(name, text string) bool {
	enc := lookup(name)
	return enc != nil && (!isWide(name) || strings.Contains(text[:min(len(text), 64)], "\x00"))
}

func isWide(name string) bool {
	name = strings.ToLower(name)
	for _, wide := range []string{"utf-16", "utf16", "utf-32", "utf32", "ucs", "unicode"} {
		if strings.Contains(strings.ReplaceAll(name, "_", "-"), wide) {
			return true
		}
	}
	return false
}

// lookup finds a charset by any of the names that are in use; nil is none.
func lookup(name string) encoding.Encoding {
	name = strings.ReplaceAll(strings.ToLower(strings.Trim(name, " \t'\"")), "_", "-")
	switch name {
	case "":
		return nil
	case "utf-32", "utf-32le", "ucs-4", "iso-10646-ucs-4":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case "ibm037", "cp037", "ebcdic-cp-us":
		return charmap.CodePage037
	case "utf-8", "utf8", "u8", "utf":
		return unicode.UTF8
	}
	for _, spelled := range []string{name, strings.TrimPrefix(name, "x-"), "windows-" + strings.TrimPrefix(name, "cp"), "ibm" + strings.TrimPrefix(name, "cp")} {
		if enc, err := htmlindex.Get(spelled); err == nil && enc != encoding.Replacement {
			return enc
		}
		if enc, err := ianaindex.IANA.Encoding(spelled); err == nil && enc != nil {
			return enc
		}
	}
	return nil
}

// declared is the encoding that the XML declaration names, if it can be true.
func declared(text string) string {
	const window = 4 << 10 // a PHP warning may stand before the declaration
	head := text[:min(len(text), window)]
	start := strings.Index(head, "<?xml")
	if start < 0 {
		return ""
	}
	declaration, _, _ := strings.Cut(head[start:], "?>")
	if name, _ := soup.Attribute(declaration, "encoding"); isReadable(name, text) {
		return name
	}
	return ""
}

func decode(text, name string) string {
	switch name {
	case "utf-32le":
		return fromUTF32(text, binary.LittleEndian)
	case "utf-32be":
		return fromUTF32(text, binary.BigEndian)
	}
	enc := lookup(name)
	valid := utf8.ValidString(text)
	switch {
	case enc == nil || enc == unicode.UTF8:
		if valid {
			return text
		}
		return guessed(text)
	case valid && isSingleByte(enc):
		return text
	}
	out, err := decodeWith(enc, text)
	if err != nil {
		return mendUTF8(text)
	}
	return out
}

// decodeWith decodes in small steps, since a decoder's own way with strings
// takes several times their memory.
func decodeWith(enc encoding.Encoding, text string) (string, error) {
	var out strings.Builder
	out.Grow(len(text) + len(text)/8 + countHigh(text))
	_, err := io.Copy(&out, enc.NewDecoder().Reader(strings.NewReader(text)))
	return out.String(), err
}

func countHigh(text string) int {
	n := 0
	for i := range len(text) {
		n += int(text[i] >> 7)
	}
	return n
}

func isSingleByte(enc encoding.Encoding) bool {
	_, ok := enc.(*charmap.Charmap)
	return ok && enc != charmap.CodePage037
}

func fromUTF32(text string, order binary.ByteOrder) string {
	var out strings.Builder
	for len(text) >= 4 {
		out.WriteRune(rune(order.Uint32([]byte(text[:4])))) //nolint:gosec // what is no rune becomes U+FFFD
		text = text[4:]
	}
	return out.String()
}

// mendUTF8 reads each byte that is no part of UTF-8 as windows-1252, and drops the
// half of a character where the text was cut off.
func mendUTF8(text string) string {
	for i := 1; i < min(utf8.UTFMax, len(text)); i++ {
		if tail := text[len(text)-i:]; utf8.RuneStart(tail[0]) && !utf8.FullRuneInString(tail) {
			text = text[:len(text)-i]
			break
		}
	}
	if utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + len(text)/8)
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(text[0])
		}
		out.WriteRune(r)
		text = text[size:]
	}
	return out.String()
}
