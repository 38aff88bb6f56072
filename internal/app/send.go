package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"

	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/mail"
)

// Compile freezes the digest's edition of a slot, or finds the one there is.
func (a *App) Compile(ctx context.Context, name string, slot domain.Slot) (domain.Edition, error) {
	d, err := a.digestNamed(name)
	if err != nil {
		return domain.Edition{}, err
	}
	return freezer{a, d}.Compile(ctx, slot)
}

// Send starts a frozen edition now, whatever its time, and carries it as far as
// it goes: until nothing of it is due. What is deferred is left for later. One
// that is sending already is carried on; any other state is domain.ErrConflict.
func (a *App) Send(ctx context.Context, e domain.Edition) (domain.Balance, error) {
	from := []domain.EditionState{domain.EditionFrozen}
	err := a.store.SetEditionState(ctx, e.ID, from, domain.EditionSending, "")
	if errors.Is(err, domain.ErrConflict) && e.State == domain.EditionSending {
		err = nil
	}
	if err != nil {
		return domain.Balance{}, fmt.Errorf("start edition %s: %w", e.Slug(), err)
	}
	if err := a.carry(ctx, e.ID); err != nil {
		return domain.Balance{}, err
	}
	return a.store.Balance(ctx, e.ID)
}

// carry runs over the edition's shards until none has due rows.
func (a *App) carry(ctx context.Context, id domain.EditionID) error {
	for ctx.Err() == nil {
		idle, err := a.store.IdleShards(ctx, a.env.Now())
		if err != nil {
			return err
		}
		idle = slices.DeleteFunc(idle, func(s delivery.Shard) bool { return s.Edition != id })
		if len(idle) == 0 {
			return nil
		}
		for _, s := range idle {
			result, err := a.runner.Run(ctx, s)
			if err != nil || result.Again.After(a.env.Now()) && !result.Done { // it rests: to go on would be to go round in circles
				return err
			}
		}
	}
	return ctx.Err()
}

// stamp makes a preview into the mail that somebody of its audience, with wishes,
// would get. An edition that was frozen before there were letters of text alone goes
// to everyone as it is.
func (a *App) stamp(r domain.Rendition, to netmail.Address, wish domain.Preferences) (mail.Message, error) {
	data := r.Form
	if wish.Plain && len(r.Plain) > 0 {
		data = r.Plain
	}
	form, err := mail.ParseForm(data)
	if err != nil {
		return mail.Message{}, err
	}
	who := domain.Patron{Name: to.Name}
	unsubscribe := a.cfg.Publication.Server + "/u/preview"
	return form.Stamp(mail.Stamp{
		ReturnPath: a.from.Address, To: to, Date: a.env.Now(), Unsubscribe: unsubscribe,
		MessageID: mail.MessageID(a.messages, "preview-"+a.env.Now().Format("20060102150405.000000"), 0, domain.HostOf(a.from.Address)),
		Values: map[mail.Slot]string{
			mail.SlotName: cmp.Or(wish.Called, who.FirstName()), mail.SlotUnsubscribe: unsubscribe,
			mail.SlotManage: a.cfg.Publication.Server + "/p/preview", mail.SlotView: a.cfg.Publication.Server + "/e/preview",
		},
	}, a.signer)
}

// SendTest hands a preview to one address, through the first relay that lets us
// in. It counts nowhere.
func (a *App) SendTest(ctx context.Context, r domain.Rendition, to netmail.Address) error {
	m, err := a.stamp(r, to, domain.Preferences{})
	if err != nil {
		return err
	}
	var errs []error
	for _, relay := range a.relays {
		session, err := relay.Transport.Open(ctx)
		if err != nil {
			errs = append(errs, fmt.Errorf("relay %s: %w", relay.Name, err))
			continue
		}
		sent := session.Send(ctx, []mail.Message{m}, func(context.Context) ([]bool, error) { return []bool{true}, nil })
		return errors.Join(sent[0], session.Close())
	}
	return errors.Join(errs...)
}
