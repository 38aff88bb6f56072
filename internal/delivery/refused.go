package delivery

import "context"

// Refused draws the conclusion for a domain from letters that it took and refused
// afterwards: so many of them lately, the last with a status and for a reason. As
// with what it refuses at once, three mean us, or one that says so.
func (r *Runner) Refused(ctx context.Context, host, status, reason string, letters int) error {
	if letters < policyStreak && (letters == 0 || !unauthenticated(status)) {
		return nil
	}
	if err := r.paces.load(ctx); err != nil {
		return err
	}
	r.paces.refuse(ctx, DomainDestination(host), reason)
	return nil
}
