package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// agrees asks the operator, and says what follows when they do not agree.
func (p *process) agrees(question string, args ...any) (bool, error) {
	fmt.Fprintf(p.out, question, args...)
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	if strings.TrimSpace(answer) == "yes" {
		return true, nil
	}
	fmt.Fprintln(p.out, "\nNothing was changed.")
	return false, nil
}
