package sanitize_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/sanitize"
)

func TestImages(t *testing.T) {
	t.Parallel()
	for untrusted, want := range map[string]string{
		"": "", "<p>No image</p>": "<p>No image</p>",
		`<p>A <img src="https://a.example/ours.jpg" alt="pier &gt; &quot;sea&quot;" width=9 height=9 title=T lang=de class=x> B</p>`: `<p>A <img src="/i/k-160.jpg" alt="pier &gt; &#34;sea&#34;" width="160" height="240" title="T" lang="de"> B</p>`,
		`<a href="https://a.example/"><img src="https://a.example/gone.jpg" alt="a &lt;pier&gt;"></a>`:                               `<a href="https://a.example/">a &lt;pier&gt;</a>`,
		`<img src="https://a.example/gone.jpg"><img src="https://a.example/ours.jpg"/>text`:                                          `<img src="/i/k-160.jpg" alt="" width="160" height="240">text`,
		`<p><img src="https://a.example/same.jpg" alt="x" width="7"></p>`:                                                            `<p><img src="https://a.example/same.jpg" alt="x" width="7"></p>`,
		`<img src="https://a.example/?a=1&amp;b=2">`:                                                                                 `<img src="/i/q-1.jpg" alt="" width="1" height="1">`,
		`&lt;img src="https://a.example/gone.jpg"&gt;`:                                                                               `&lt;img src=&#34;https://a.example/gone.jpg&#34;&gt;`,
	} {
		safe := sanitize.HTML(untrusted, "")
		got := sanitize.Images(safe, func(address string) *domain.Image {
			switch address {
			case "https://a.example/ours.jpg":
				return &domain.Image{URL: "/i/k-160.jpg", Width: 160, Height: 240}
			case "https://a.example/same.jpg":
				return &domain.Image{URL: address}
			case "https://a.example/?a=1&b=2":
				return &domain.Image{URL: "/i/q-1.jpg", Width: 1, Height: 1}
			}
			return nil
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", untrusted, diff)
		}
		if again := sanitize.HTML(got, "https://a.example/"); sanitize.HTML(again, "") != again {
			t.Errorf("%s is not what HTML would write", got)
		}
	}
}

// Whatever HTML lets through, no image is left that was not given.
func FuzzImages(f *testing.F) {
	f.Add(`<p><img src="https://a.example/x.jpg" alt="<img src='https://b.example/'>">`)
	f.Add(`<img src=//a.example/x ><IMG SRC=https://a.example/&#x3e;y title=">">`)
	f.Fuzz(func(t *testing.T, untrusted string) {
		none := sanitize.Images(sanitize.HTML(untrusted, "https://a.example/"), func(string) *domain.Image { return nil })
		sanitize.Images(sanitize.HTML(none, ""), func(address string) *domain.Image {
			t.Errorf("%s is still there in %q", address, none)
			return nil
		})
		if again := sanitize.HTML(none, ""); again != strings.TrimSpace(none) {
			t.Errorf("%q is written %q", none, again)
		}
	})
}
