package main

import "fmt"

type patronsResumeCmd struct {
	Email string `arg:"" help:"The patron's address."`
	Sure  bool   `help:"Although they said themselves that they want no mail, and have asked you for it since."`
}

// Run lifts a suppression. What came back so far counts no more.
func (c patronsResumeCmd) Run(p *process, a shared) error {
	who, err := a.Store().PatronByEmail(p.ctx, c.Email)
	if err != nil {
		return err
	}
	if err := a.ResumePatron(p.ctx, who.ID, c.Sure); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Patron %d gets mail again. What came back so far counts no more.\n", who.ID)
	return nil
}
