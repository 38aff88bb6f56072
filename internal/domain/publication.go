package domain

import "time"

// Publication is what is published and who publishes it.
type Publication struct {
	Title       string
	Description string
	URL         string // the site's home
	Author      string
	Language    string // BCP 47
	Zone        *time.Location
	Patreon     string // where to become a patron; may be empty
	Address     string // postal address that mail must carry
	Look        Look
	Server      string // where Marquee itself is reached, without a slash at the end
}
