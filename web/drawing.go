package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"unicode/utf8"
)

// Drawing is a state machine as a feature's table of moves has it. It is shown
// as a picture and as a list that says the same: {{stateDiagram .Data.Life}}.
type Drawing struct {
	Title   string
	States  []DrawnState // the first is where it begins
	Moves   []DrawnMove
	Current string   // the state it is in, marked by shape and word
	Passed  []string // states it has been in
}

// DrawnState is one state, with its name in the reader's language.
type DrawnState struct{ ID, Label string }

// DrawnMove is one way from a state to another; Label is what is done.
type DrawnMove struct{ From, To, Label string }

// The measures of the picture, in pixels at its own size.
const (
	boxWide, boxHigh = 172, 48
	gapWide, gapHigh = 28, 36
	margin           = 46 // room at the sides for arrows that go around
	manyWays         = 4  // a state that this many lead to is an exit: its arrows would hide the others
	lineChars        = 20
)

// box is a state with its place.
type box struct {
	DrawnState
	X, Y    int
	Lines   []string
	State   string // current, passed, or empty
	Exit    bool
	Moves   []DrawnMove // out of it, with To as a name
	rank    int
	parents []string
}

type arrow struct{ Path, Kind string }

type picture struct {
	Drawing
	Boxes      []*box
	Arrows     []arrow
	Wide, High int
	ExitsY     int // where the exits begin; 0 if there are none
	Now        string
}

func (s *Site) drawing(lang string, d Drawing) (template.HTML, error) {
	return s.part(lang, "state-diagram", lay(d))
}

// lay places the states in rows by how many steps they are from the beginning,
// and the exits in rows of their own below.
func lay(d Drawing) picture {
	p := picture{Drawing: d}
	byID := map[string]*box{}
	for _, st := range d.States {
		b := &box{DrawnState: st, Lines: wrap(st.Label, lineChars)}
		switch {
		case st.ID == d.Current:
			b.State, p.Now = "current", st.Label
		case slices.Contains(d.Passed, st.ID):
			b.State = "passed"
		}
		byID[st.ID] = b
		p.Boxes = append(p.Boxes, b)
	}
	connect(d.Moves, byID)
	rank(p.Boxes, byID, d.Moves)
	p.place()
	for _, m := range d.Moves {
		from, to := byID[m.From], byID[m.To]
		if from != nil && to != nil && !to.Exit {
			p.Arrows = append(p.Arrows, route(from, to, p.Wide))
		}
	}
	return p
}

// connect tells each box its moves and its parents, and finds the exits.
func connect(moves []DrawnMove, byID map[string]*box) {
	for _, m := range moves {
		from, to := byID[m.From], byID[m.To]
		if from == nil || to == nil {
			continue
		}
		from.Moves = append(from.Moves, DrawnMove{From: m.From, To: to.Label, Label: m.Label})
		if !slices.Contains(to.parents, m.From) && m.From != m.To {
			to.parents = append(to.parents, m.From)
		}
	}
	for _, b := range byID {
		b.Exit = len(b.parents) >= manyWays
	}
}

// rank gives each box the number of its row: the most steps from the first state
// on which no exit lies, moves that lead back left out. What only an exit leads
// to stands among the exits.
func rank(boxes []*box, byID map[string]*box, moves []DrawnMove) {
	for _, b := range boxes {
		b.rank = -1
	}
	if len(boxes) == 0 {
		return
	}
	onTheWay := map[*box]bool{}
	var down func(b *box, row int)
	down = func(b *box, row int) {
		b.rank = row
		onTheWay[b] = true
		for _, m := range moves {
			to := byID[m.To]
			if m.From == b.ID && to != nil && !to.Exit && !onTheWay[to] && to.rank <= row {
				down(to, row+1)
			}
		}
		onTheWay[b] = false
	}
	down(boxes[0], 0)
	for _, b := range boxes {
		b.Exit = b.Exit || b.rank < 0
	}
}

// place turns rows and columns into coordinates.
func (p *picture) place() {
	rows := map[int][]*box{}
	last, widest := 0, 1
	for _, b := range p.Boxes {
		if !b.Exit {
			rows[b.rank] = append(rows[b.rank], b)
			last = max(last, b.rank)
			widest = max(widest, len(rows[b.rank]))
		}
	}
	var exits []*box
	for _, b := range p.Boxes {
		if b.Exit {
			exits = append(exits, b)
		}
	}
	widest = max(widest, min(2, len(exits)))
	p.Wide = 2*margin + widest*boxWide + (widest-1)*gapWide
	for r := 0; r <= last; r++ {
		p.row(rows[r], r, 0)
	}
	p.High = 8 + (last+1)*(boxHigh+gapHigh)
	if len(exits) > 0 {
		p.ExitsY = p.High
		for i := 0; i < len(exits); i += widest {
			p.row(exits[i:min(i+widest, len(exits))], last+1+i/widest, 28)
		}
		p.High += 28 + (len(exits)+widest-1)/widest*(boxHigh+gapHigh)
	}
	p.High -= gapHigh - 8
}

// row places boxes side by side around the middle of the picture.
func (p *picture) row(boxes []*box, rank, down int) {
	wide := len(boxes)*boxWide + (len(boxes)-1)*gapWide
	x := (p.Wide - wide) / 2
	for _, b := range boxes {
		b.X, b.Y, b.rank = x, 8+rank*(boxHigh+gapHigh)+down, rank
		x += boxWide + gapWide
	}
}

// route is the arrow of a move: straight down to the next row, sideways within
// a row, and around the side for what skips rows or goes back.
func route(from, to *box, wide int) arrow {
	fx, tx := from.X+boxWide/2, to.X+boxWide/2
	switch {
	case from == to:
		x, y := from.X+boxWide, from.Y+boxHigh/2
		return arrow{fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x, y-8, x+30, y-20, x+30, y+20, x+2, y+8), "back"}
	case to.rank == from.rank+1:
		y1, y2 := from.Y+boxHigh, to.Y-2
		return arrow{fmt.Sprintf("M%d %dC%d %d %d %d %d %d", fx, y1, fx, y1+18, tx, y2-18, tx, y2), "on"}
	case to.rank == from.rank:
		x1, x2, y := from.X+boxWide, to.X-2, from.Y+boxHigh/2
		if to.X < from.X {
			x1, x2 = from.X, to.X+boxWide+2
		}
		return arrow{fmt.Sprintf("M%d %dL%d %d", x1, y, x2, y), "on"}
	case to.rank > from.rank:
		x1, x2 := from.X+boxWide, to.X+boxWide+2
		return around(x1, from.Y+boxHigh/2, x2, to.Y+boxHigh/2-6, min(max(x1, x2)+16+6*(to.rank-from.rank), wide-4), "on")
	}
	x1, x2 := from.X, to.X-2
	return around(x1, from.Y+boxHigh/2, x2, to.Y+boxHigh/2+15, max(min(x1, x2)-16-6*(from.rank-to.rank), 4), "back")
}

func around(x1, y1, x2, y2, side int, kind string) arrow {
	return arrow{fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, side, y1, side, y2, x2, y2), kind}
}

// Middle is where the lines of a box's name are centred.
func (b *box) Middle() int { return b.X + boxWide/2 }

// Line is the height of the baseline of line i.
func (b *box) Line(i int) int { return b.Y + boxHigh/2 + 5 - 9*(len(b.Lines)-1) + 18*i }

// Marks are the points of the mark on the box of the current state.
func (b *box) Marks() string {
	return fmt.Sprintf("M%d %dl9 6l-9 6z", b.X-14, b.Y+boxHigh/2-6)
}

// wrap breaks a name into lines of about n letters, between words.
func wrap(text string, n int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+utf8.RuneCountInString(word) < n {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// BoxWide and BoxHigh give the template the size of a box.
func (picture) BoxWide() int { return boxWide }

// BoxHigh is the height of a box.
func (picture) BoxHigh() int { return boxHigh }
