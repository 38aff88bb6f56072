package charset

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func in(t *testing.T, enc encoding.Encoding, s string) string {
	t.Helper()
	out, err := enc.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A charset that nobody declared, or that was declared wrongly, is recognised by
// its letters.
func TestGuessed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		enc  encoding.Encoding
		text string
	}{
		{"Japanese", japanese.EUCJP, "港町は祭りのたびに自分のことを少しずつ忘れていく。"},
		{"Japanese", japanese.ShiftJIS, "港町は祭りのたびに自分のことを少しずつ忘れていく。"},
		{"Japanese", japanese.ISO2022JP, "港町は祭りのたびに自分のことを忘れていく。"},
		{"Korean", korean.EUCKR, "항구 마을은 축제가 열릴 때마다 스스로를 잊어 간다."},
		{"simplified Chinese", simplifiedchinese.GB18030, "这个港口的人们在每一年的节日里都会忘记自己，这是她的第二部电影。"},
		{"traditional Chinese", traditionalchinese.Big5, "這個港口的人們在每一年的節日裡都會忘記自己，這是她的第二部電影。"},
		{"Russian", charmap.Windows1251, "Портовый город забывает себя с каждым праздником."},
		{"Russian", charmap.KOI8R, "Портовый город забывает себя с каждым праздником."},
		{"Greek", charmap.Windows1253, "Ένα λιμάνι που ξεχνά τον εαυτό του σε κάθε γιορτή."},
		{"Hebrew", charmap.Windows1255, "עיר נמל ששוכחת את עצמה בכל חג מחדש"},
		{"French", charmap.Windows1252, "Une ville portuaire s’oublie elle-même, à chaque fête : déjà vu, très élégant."},
		{"German", charmap.Windows1252, "Die Straße führt über Brücken; das Mädchen hört Geräusche, große Gefühle."},
		{"Polish", charmap.Windows1250, "Miasto portowe zapomina się z każdym świętem, zażółć gęślą jaźń, źródło."},
	} {
		feed := "<?xml version='1.0'?><rss><channel><item><title>" + c.text + "</title><guid>1</guid></item></channel></rss>"
		for _, declared := range []string{"", "utf-8"} {
			body := strings.Replace(feed, "?>", " encoding='"+declared+"'?>", 1)
			if got := Decode([]byte(in(t, c.enc, body)), ""); !strings.Contains(got, c.text) {
				t.Errorf("%s in %v, declared %q: %s", c.name, c.enc, declared, got)
			}
		}
	}
}

func TestCharsetsByName(t *testing.T) {
	t.Parallel()
	const text = "déjà vu"
	for name, enc := range map[string]encoding.Encoding{
		"latin-1": charmap.ISO8859_1, "ISO_8859-1": charmap.ISO8859_1, "cp850": charmap.CodePage850, "IBM850": charmap.CodePage850,
		"x-mac-roman": charmap.Macintosh, "cp1252": charmap.Windows1252, "us-ascii": charmap.Windows1252, "l1": charmap.ISO8859_1,
		"UTF8": unicode.UTF8, "utf_8": unicode.UTF8, "U8": unicode.UTF8,
	} {
		for _, got := range []string{
			Decode([]byte(in(t, enc, "<?xml version='1.0' encoding='"+name+"'?><rss>"+text)), ""),
			Decode([]byte(in(t, enc, "<rss>"+text)), "text/xml; charset="+name),
		} {
			if !strings.Contains(got, text) {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
	if got := Decode([]byte(in(t, charmap.CodePage037, "<?xml version='1.0' encoding='cp037'?><rss>"+text)), ""); !strings.Contains(got, text) {
		t.Errorf("EBCDIC: %s", got)
	}
}

// What is UTF-8 to the last byte is not in the single-byte charset that a server
// announces for everything; and UTF-16 need not begin with an angle.
func TestCharsetsThatLie(t *testing.T) {
	t.Parallel()
	const text = "déjà vu, 紙"
	for name, body := range map[string]string{
		"announced":  "<rss>" + text,
		"declared":   "<?xml version='1.0' encoding='iso-8859-1'?><rss>" + text,
		"UTF-16":     in(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "\n\n  <?xml version='1.0'?><rss>"+text),
		"big endian": in(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "Warning <rss>"+text),
	} {
		if got := Decode([]byte(body), "text/xml; charset=ISO-8859-1"); !strings.Contains(got, text) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// UTF-8 with bytes that are wrong stays UTF-8, and half a character at the end of
// a text that was cut off goes.
func TestDamagedUTF8(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"<a>год год \xd0":      "<a>год год ",
		"<a>紙灯籠\xe7\xb4":       "<a>紙灯籠",
		"<a>😀\xf0\x9f\x98":     "<a>😀",
		"<a>год \xff салат ёж": "<a>год ÿ салат ёж",
		"<a>\xe9":              "<a>",
		"<a>\xe9t\xe9</a>":     "<a>été</a>",
	} {
		if got := Decode([]byte(in), "application/xml"); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// Of any bytes, a text comes.
func FuzzToUTF8(f *testing.F) {
	f.Add([]byte("<?xml version='1.0' encoding='iso-8859-1'?>\xe9"), "text/xml")
	f.Add([]byte("\xff\xfe<\x00a\x00"), "")
	f.Add([]byte("\x00\x00\x00<\x00\x01"), "text/xml; charset=utf-8")
	f.Add([]byte("\xc3\x28\x80\x93 \x82\xa0\x82\xa2"), "application/rss+xml; charset=shift_jis")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		text := Decode(body, contentType)
		if !utf8.ValidString(text) {
			t.Errorf("%q (%s) became %q", body, contentType, text)
		}
	})
}
