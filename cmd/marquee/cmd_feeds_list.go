package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"marquee/internal/app"
)

type feedsListCmd struct {
	JSON bool `help:"One JSON document." name:"json"`
}

// Run shows what the feeds hold, and what they had to leave out.
func (c feedsListCmd) Run(p *process, a shared) error {
	reports, err := a.FeedReports(p.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return p.json(reports)
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "FEED\tENTRIES\tUPDATED\tARCHIVE\tBYTES\tTITLE")
	for _, r := range reports {
		updated := r.Updated.In(a.Zone()).Format(time.DateTime)
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", r.Name, r.Entries, updated, r.Older, sizes(r), plain(r.Title))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range reports {
		for _, o := range r.Omitted {
			fmt.Fprintf(p.out, "%s: item %s is left out: %s\n", r.Name, plain(string(o.Item)), plain(o.Reason))
		}
	}
	return nil
}

// sizes are the formats' sizes: "atom 12345, json 10234, rss 12001".
func sizes(r app.FeedReport) string {
	var all []string
	for _, format := range sortedKeys(r.Bytes) {
		all = append(all, fmt.Sprint(format, " ", r.Bytes[format]))
	}
	return strings.Join(all, ", ")
}
