package report

import (
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// PDF writes the document on A4 pages, with the typeface in it.
func (d Document) PDF(w io.Writer) error {
	pages, set, err := d.printed()
	if err != nil {
		return err
	}
	p := press{Fpdf: fpdf.New("P", "pt", "A4", ""), set: set}
	p.SetCatalogSort(true)
	p.SetCreationDate(d.Made.UTC())
	p.SetModificationDate(d.Made.UTC())
	p.SetProducer("istmo", false)
	p.SetCreator("istmo", false)
	p.SetTitle(d.Title, true)
	p.SetSubject(d.Subtitle, true)
	p.SetAuthor(d.author(), true)
	p.SetLang(d.Lang)
	p.SetMargins(0, 0, 0)
	p.SetAutoPageBreak(false, 0)
	for _, one := range pages {
		p.page(one, pages[len(pages)-1].part.high)
	}
	if err := p.Output(w); err != nil {
		return fmt.Errorf("report: pdf: %w", err)
	}
	return nil
}

// author is who signs the document.
func (d Document) author() string {
	var names []string
	for _, s := range d.Signatures {
		names = append(names, s.Country)
	}
	if len(names) == 0 {
		return "istmo"
	}
	return strings.Join(names, "; ")
}

// press draws pages into a PDF.
type press struct {
	*fpdf.Fpdf
	set  faceSet
	now  style // how words are set at the moment
	cuts [len(cuts)]bool
}

// page draws one page. Its headings go into the outline, where places are
// counted from the top of the last page, whatever way up that one is.
func (p *press) page(one page, last float64) {
	s := one.part.sheet
	orientation := "P"
	if s.wide > s.high {
		orientation = "L"
	}
	p.AddPageFormat(orientation, fpdf.SizeType{Wd: min(s.wide, s.high), Ht: max(s.wide, s.high)})
	for _, a := range one.areas {
		p.SetFillColor(int(a.tone.R), int(a.tone.G), int(a.tone.B))
		p.Rect(a.x, a.y, a.w, a.h, "F")
	}
	for _, m := range one.marks {
		p.mark(m)
	}
	for _, t := range one.texts {
		p.say(t)
	}
	for _, e := range one.entries {
		p.Bookmark(e.words, 0, e.y+last-s.high)
	}
}

func (p *press) say(t text) {
	name := "PublicSans" + cuts[t.cut]
	if !p.cuts[t.cut] {
		p.cuts[t.cut] = true
		p.AddUTF8FontFromBytes(name, "", p.set[t.cut].file)
	}
	if t.cut != p.now.cut || t.size != p.now.size {
		p.SetFont(name, "", t.size)
	}
	if t.tone != p.now.tone {
		p.SetTextColor(int(t.tone.R), int(t.tone.G), int(t.tone.B))
	}
	p.now = t.style
	p.Text(t.x, t.y, t.words)
}

// mark draws two shores and the line between them, as in web/assets/mark.svg.
func (p *press) mark(m mark) {
	k := m.size / markSize
	at := func(q [2]float64) (float64, float64) { return m.x + q[0]*k, m.y + q[1]*k }
	p.SetFillColor(int(sea.R), int(sea.G), int(sea.B))
	p.RoundedRect(m.x, m.y, m.size, m.size, markRound*k, "1234", "F")
	p.SetLineCapStyle("round")
	p.SetLineWidth(markLine * k)
	for _, s := range strokes {
		p.SetDrawColor(int(s.tone.R), int(s.tone.G), int(s.tone.B))
		p.MoveTo(at(s.path[0]))
		x1, y1 := at(s.path[1])
		x2, y2 := at(s.path[2])
		x3, y3 := at(s.path[3])
		p.CurveBezierCubicTo(x1, y1, x2, y2, x3, y3)
		p.DrawPath("D")
	}
}
