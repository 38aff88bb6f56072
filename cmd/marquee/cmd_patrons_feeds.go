package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"marquee/internal/domain"
)

type patronsFeedsCmd struct {
	Email  string `arg:"" help:"The patron's address."`
	Make   bool   `help:"Make a link and show it this once. The one they had stops to work." xor:"do"`
	Revoke bool   `help:"Take their link away." xor:"do"`
}

// Run shows by what a patron's own feeds are read, or makes or revokes their link.
func (c patronsFeedsCmd) Run(p *process, a shared) error {
	who, err := a.Store().PatronByEmail(p.ctx, c.Email)
	if err != nil {
		return err
	}
	switch {
	case c.Make:
		addresses, err := a.MakeFeedLink(p.ctx, who)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "Patron %d reads at these addresses from now on, which are kept nowhere:\n", who.ID)
		for _, address := range addresses {
			fmt.Fprintln(p.out, address)
		}
		return nil
	case c.Revoke:
		if err := a.Store().RevokeFeedLink(p.ctx, who.ID); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "Patron %d has no feeds of their own any more. A daemon that runs knows it within seconds.\n", who.ID)
		return nil
	}
	return c.show(p, a, who)
}

func (c patronsFeedsCmd) show(p *process, a shared, who domain.Patron) error {
	link, err := a.Store().FeedLink(p.ctx, who.ID)
	if errors.Is(err, domain.ErrNotFound) {
		fmt.Fprintf(p.out, "Patron %d has no feeds of their own.\n", who.ID)
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "made      %s\n", when(link.Made, a.Zone()))
	if why := link.Shared(now()); why != "" {
		fmt.Fprintf(p.out, "shared    it seems so: %s\n", plain(why))
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	if len(link.Reads) > 0 {
		fmt.Fprintln(w, "\nPROGRAM\tFEED\tNETWORK\tTIMES\tLAST")
	}
	for _, r := range link.Reads {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", plain(r.Software), plain(r.Feed), r.Network, r.Times, when(r.Last, a.Zone()))
	}
	return w.Flush()
}
