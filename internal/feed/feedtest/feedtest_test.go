package feedtest

import (
	"reflect"
	"strings"
	"testing"

	"marquee/internal/domain"
)

// TestPortableForgetsNoField fills every string of a document with what no
// format may write, so that a new field cannot be overlooked.
func TestPortableForgetsNoField(t *testing.T) {
	t.Parallel()
	doc := Document(t, domain.Audience{Standing: domain.Operator})
	fill(reflect.ValueOf(doc).Elem(), "https://site.example/\x07é")
	for i := range doc.Entries {
		doc.Entries[i].ID = strings.Repeat("urn:", i+1) + "\x07x"
	}
	portable, err := doc.Portable()
	if err != nil {
		t.Fatal(err)
	}
	walk(reflect.ValueOf(portable).Elem(), "Document", func(path, s string) {
		if strings.Contains(s, "\x07") {
			t.Errorf("%s holds %q", path, s)
		}
		address := strings.HasSuffix(path, "URL") || strings.HasSuffix(path, "Review") ||
			strings.HasSuffix(path, "Home") || strings.HasSuffix(path, "Self") || strings.HasSuffix(path, "Icon") || strings.HasSuffix(path, "Logo") || strings.HasSuffix(path, "Cover") || strings.HasSuffix(path, "Hub")
		if address && s != "https://site.example/%C3%A9" {
			t.Errorf("%s is %q, no address", path, s)
		}
	})
}

func walk(v reflect.Value, path string, visit func(path, s string)) {
	switch v.Kind() {
	case reflect.String:
		visit(path, v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), path, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), path, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
			}
		}
	default: // nothing else holds strings
	}
}

// TestParseIsStrict makes sure that the suite would notice.
func TestParseIsStrict(t *testing.T) {
	t.Parallel()
	for name, in := range map[string][2]string{
		"control character": {"application/rss+xml", "<rss><channel><title>\x07</title></channel></rss>"},
		"undeclared prefix": {"application/rss+xml", "<rss><channel><dc:creator>x</dc:creator></channel></rss>"},
		"two roots":         {"application/rss+xml", "<rss></rss><rss></rss>"},
		"unclosed":          {"application/atom+xml", "<feed><entry></feed>"},
		"wrong root":        {"application/atom+xml", "<rss></rss>"},
		"wrong weekday":     {"application/rss+xml", "<rss><channel><lastBuildDate>Mon, 20 Nov 2026 14:10:00 +0000</lastBuildDate></channel></rss>"},
		"no version":        {"application/feed+json", `{"items":[]}`},
		"no content":        {"application/feed+json", `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"a"}]}`},
		"unknown type":      {"text/plain", "x"},
	} {
		if _, err := Parse(in[0], []byte(in[1])); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
