package app_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

// TestPicturesOutliveTheirSite follows two images from the critic's site into the
// feeds, a letter and its copy on the web. Then the site is gone, and everybody
// still sees them: nothing that is shown anywhere leads to the site's images.
func TestPicturesOutliveTheirSite(t *testing.T) {
	t.Parallel()
	site := testkit.NewSite()
	home := serve(t, site)
	text := strings.Replace(oneFeed, "</description>", `</description><content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[
		<p>A lineman hears a voice. <img src="`+home+`/uploads/wires.jpg" alt="Wires"> <img src="`+home+`/uploads/gone.jpg" alt="a lamp"></p>]]></content:encoded>
		<enclosure url="`+home+`/uploads/poster.jpg" type="image/jpeg" length="1"/>`, 1)
	site.Set("", "/feed/", "application/rss+xml", []byte(text))
	site.Set("", "/uploads/poster.jpg", "image/jpeg", photograph(t, 1000, 1500))
	site.Set("", "/uploads/wires.jpg", "image/jpeg", photograph(t, 800, 450))
	server, mail := smtpServer(t, testkit.SMTPConfig{})
	p := publish(t, "sources:\n  site: {kind: webfeed, url: \""+home+"/feed/\"}", "feeds: {all: {}}", weekly, rosters, mail)
	p.write(t, "members.csv", members(people), time.Time{})
	i := p.open(t, slotTime)
	i.enroll(t)
	if reports, failures := i.gather(t); len(failures) > 0 || reports["site"].New != 1 {
		t.Fatal(reports, failures)
	}
	site.Set("", "/uploads/poster.jpg", "text/html", []byte("<title>Moved</title>"))
	site.Set("", "/uploads/wires.jpg", "text/html", []byte("<title>Moved</title>"))
	e, err := i.Compile(t.Context(), "weekly", slotName)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.Send(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	pages, err := i.Site()
	if err != nil {
		t.Fatal(err)
	}
	at, dir := serve(t, pages), i.build(t)
	shown := map[string]string{"letter": openLetter(t, server.Messages()[0]).HTML}
	for _, path := range []string{"/", "/editions/" + e.Slug(), "/feeds/all.rss", "/feeds/all.atom", "/feeds/all.json"} {
		shown[path] = body(t, at+path)
	}
	for _, format := range []string{"rss", "atom", "json"} {
		file, err := os.ReadFile(filepath.Join(dir, "feeds", "all."+format))
		if err != nil {
			t.Fatal(err)
		}
		shown["all."+format] = string(file)
	}
	print := regexp.MustCompile(regexp.QuoteMeta(domain.PrintPath) + `[a-z2-7]{32}-\d+\.jpg`)
	seen := map[string]bool{}
	for where, text := range shown {
		paths := print.FindAllString(text, -1)
		if len(paths) == 0 || strings.Contains(text, "/uploads/") {
			t.Errorf("%s shows %d prints, and images of the site: %v", where, len(paths), strings.Contains(text, "/uploads/"))
		}
		for _, path := range paths {
			seen[path] = true
			_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(path)))
			if built := strings.HasPrefix(where, "all."); built && err != nil {
				t.Errorf("%s: %v", where, err)
			}
		}
	}
	for path := range seen {
		if _, err := jpeg.Decode(strings.NewReader(body(t, at+path))); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if len(seen) < 4 { // two pictures in two sizes each
		t.Errorf("shown are %v", seen)
	}
	if i.log.count("picture not kept") != 1 {
		t.Errorf("the log:\n%s", i.log)
	}
}

// photograph is a JPEG of a size.
func photograph(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = uint8(i / width)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// body is what an address answers with.
func body(t *testing.T, address string) string {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", address, answer.StatusCode, err)
	}
	return string(text)
}
