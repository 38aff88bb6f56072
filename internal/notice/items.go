package notice

import (
	"context"
	"fmt"

	"marquee/internal/domain"
)

// ItemsView is what the template of a notice about pieces that are held sees.
type ItemsView struct {
	Publication domain.Publication
	Source      string
	Items       string // "12 pieces"
}

// ItemsHeld tells that old pieces came back as new and are held out of editions:
// once a day for each source.
func (w *Writer) ItemsHeld(ctx context.Context, source string, items int) error {
	if w.Operator.Address == "" {
		return nil
	}
	return w.write(ctx, domain.NoticeItems, source+"/"+w.today(), w.items(source, items))
}

func (w *Writer) items(source string, items int) ItemsView {
	return ItemsView{Publication: w.Publication, Source: plain(source), Items: fmt.Sprintf("%d pieces", items)}
}
