// Package delivery carries an edition's deliveries to their end: claim, check,
// stamp, hand over, record. The ledger decides; transports only hand over.
package delivery
