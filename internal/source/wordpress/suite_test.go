package wordpress_test

import (
	"bytes"
	"fmt"
	"testing"

	"marquee/internal/config"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/source/webfeed"
	"marquee/internal/source/wordpress"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, func(t *testing.T, env source.Env) source.Reader {
		t.Helper()
		opts, err := config.ParseOptions("url: https://www.lanternscreen.example", env.Dir)
		if err != nil {
			t.Fatal(err)
		}
		r, err := wordpress.Kind(webfeed.New).New(env, opts)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}, sourcetest.Suite{
		Archive: "../../../testdata/sites/wordpress.txtar", Complete: true, Incremental: true,
		Requests: 2, NoValidators: true, // one for each type; the API has no validators
		Huge: hugeList, HugeType: "application/json",
	})
}

// hugeList is a page of reviews that has far more of them than were asked for.
func hugeList(n int) (string, []byte) {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, `,{"id":%d,"guid":{"rendered":"%d"},"title":{"rendered":"%d"}}`, i+1, i, i)
	}
	b.WriteByte(']')
	b.Bytes()[0] = '['
	return "https://www.lanternscreen.example/wp-json/wp/v2/reviews?orderby=id&order=asc&per_page=50&page=1" +
		"&_embed=author,wp:featuredmedia,wp:term&_fields=id,date,date_gmt,modified_gmt,guid,status,link,title,excerpt,content," +
		"yoast_head_json.schema,yoast_head_json.og_image,_links,_embedded", b.Bytes()
}
