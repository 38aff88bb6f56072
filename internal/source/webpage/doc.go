// Package webpage is the source kind "webpage": a site without a feed. A list
// page, read by CSS selectors, or a sitemap says which pieces there are; each
// piece's own page, read by selectors or by readability, says the rest.
//
//	Read     polite      robots.txt, Crawl-delay              polite.go
//	         visit       conditional requests, what changed   visit.go, state.go
//	         catalogue   list page or sitemap to pieces       list.go, card.go, sitemap.go
//	Detail   article     a page to text, date, film           detail.go, article.go
//
// A redesign, a login page or a captcha look like a site that has taken back
// all it had. So whatever is asked for and is not there is an error, never an
// empty source: what is stored stays.
//
// A Result holds only pieces that are new or have changed on the list. To the
// list alone a piece would look different from what its page made of it, and
// every new piece would cost a request for each old one.
package webpage
