// Package bounce reads what comes back about letters, in whatever form: reports
// of failed delivery, complaints, automatic answers, prose. It says what each
// means for whom, and leaves what is to be done to the store.
//
// Its rule is that nobody is wrong suppressed: what it does not understand is no
// proof that an address is dead, and what a server says of us says nothing of a
// person.
package bounce
