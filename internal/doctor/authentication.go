package doctor

import "context"

// authentication is SPF, DKIM and DMARC: the last counts on the first two, and
// how bad it is that one of them fails depends on the other.
func (d *Doctor) authentication(ctx context.Context) Report {
	var r Report
	spf, keys := d.spf(ctx), d.keys(ctx)
	if !d.isBulk() {
		spf, keys = d.eitherSuffices(spf, keys)
	}
	r = append(append(r, spf...), keys...)
	return append(r, d.dmarc(ctx)...)
}

// eitherSuffices makes a fault of the one a warning where the other is fine:
// that is all that providers ask of those who send little.
func (d *Doctor) eitherSuffices(spf, keys Report) (Report, Report) {
	switch {
	case keys.Count(OK) > 0 && keys.Green():
		return softened(spf), keys
	case spf.Count(OK) > 0 && spf.Green():
		return spf, softened(keys)
	}
	return spf, keys
}

func softened(r Report) Report {
	for i := range r {
		if r[i].Level == Fault {
			r[i].Level = Warning
		}
	}
	return r
}
