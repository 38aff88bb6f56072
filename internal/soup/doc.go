// Package soup reads markup as strangers write it: XML, HTML and JSON that need
// not be well-formed. It finds tags and values, undoes escapes, makes plain text
// and resolves addresses, in linear time, and never fails: what cannot be
// understood is text.
package soup
