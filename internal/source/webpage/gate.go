package webpage

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// fewWords is below how many characters a page shows so little that a form on
// it is what the page is for. Many a site has a login form above every article.
const fewWords = 700

// gate is what stands where a page was asked for and something else came, with
// status 200: "a login page"; empty when none is recognised.
func (p *page) gate() string {
	name, short := quoted(p.title()), p.short()
	switch {
	case short && p.challenges():
		return "a page that keeps robots out" + name
	case short && p.has(`.g-recaptcha, .h-captcha, .cf-turnstile, iframe[src*="captcha"], form[action*="captcha"]`):
		return "a captcha" + name
	case (short || p.atLogin()) && p.has(`input[type="password"]`):
		return "a login page" + name
	case p.atFront():
		return "the site's front page" + name
	}
	return ""
}

func (p *page) has(css string) bool { return p.doc.Find(css).Length() > 0 }

// challenges reports whether the page is called, or made, as those are that let
// only people pass.
func (p *page) challenges() bool {
	title := strings.ToLower(p.title())
	return p.has(`#challenge-form, #challenge-running, form[action*="__cf_chl"]`) || slices.ContainsFunc([]string{
		"just a moment", "attention required! | cloudflare", "access denied", "access to this page has been denied", "are you a robot",
		"are you human", "human verification", "robot check", "bot verification", "checking your browser", "one moment, please",
		"pardon our interruption", "ddos-guard", "security check", "incapsula",
	}, func(name string) bool { return strings.Contains(title, name) })
}

// short reports whether there is little to read.
func (p *page) short() bool {
	body := p.doc.Find("body").Clone()
	body.Find("script, style, noscript, template").Remove()
	return utf8.RuneCountInString(strings.Join(strings.Fields(body.Text()), " ")) < fewWords
}

// atLogin reports whether a redirect led to where one logs in.
func (p *page) atLogin() bool {
	return p.url.String() != p.asked && slices.ContainsFunc(strings.Split(strings.ToLower(p.url.Path), "/"), func(part string) bool {
		return slices.Contains([]string{"login", "log-in", "signin", "sign-in", "wp-login.php", "account", "accounts", "auth", "sso"}, part)
	})
}

// atFront reports whether a redirect led to the front page, where some sites send
// those who ask for what is gone.
func (p *page) atFront() bool {
	asked := parseWeb(p.url, p.asked)
	return asked != nil && asked.Path != "/" && p.url.Path == "/" && p.url.RawQuery == ""
}
