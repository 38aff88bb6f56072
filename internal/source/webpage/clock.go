package webpage

import (
	"cmp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/dates"
)

// clock reads the dates that a site shows.
type clock struct {
	format layout         // empty reads what can be read for certain
	zone   *time.Location // of dates that name none
}

// read is the date that an element shows, or that its attributes tell programs;
// the zero time when neither can be read.
func (c clock) read(sel *goquery.Selection) time.Time {
	if c.format != "" {
		if at, err := time.ParseInLocation(string(c.format), line(sel), c.zone); err == nil {
			return at.UTC().Truncate(time.Microsecond)
		}
	}
	exact := sel.AttrOr("datetime", "")
	if exact == "" {
		exact = sel.Find("time[datetime]").First().AttrOr("datetime", "")
	}
	return dates.Parse(cmp.Or(strings.TrimSpace(exact), line(sel)), c.zone)
}
