package report

import "slices"

// signatures are blocks to sign, up to three beside each other. What is signed
// stands at one height in all of a row.
func (h hand) signatures() []strip {
	var all []strip
	n := min(3, len(h.Signatures))
	if len(h.Signatures) == 4 {
		n = 2
	}
	gap := 2.4 * h.em
	for row := range slices.Chunk(h.Signatures, max(n, 1)) {
		w := (h.width() - gap*float64(n-1)) / float64(n)
		parts := make([][][]strip, 5)
		for i, s := range row {
			for j, part := range h.signature(s, float64(i)*(w+gap), w) {
				parts[j] = append(parts[j], part)
			}
		}
		var block []strip
		for _, part := range parts {
			block = append(block, beside(part...)...)
		}
		all = append(append(all, tie(block)...), space(2.4*h.em))
	}
	return all
}

// signature is one block, in its parts: who, the lines to write on, which slides
// do not have, and the machine's signature.
func (h hand) signature(s Signature, x, w float64) [5][]strip {
	names := append(h.lines(h.strong, x, w, s.Country), h.lines(h.note, x, w, s.Institution)...)
	placed := h.lines(h.note, x, w, where(h.Lang, s))
	var seal []strip
	if s.Mark != "" {
		bar, in := 0.25*h.em, 0.8*h.em
		seal = append(h.lines(h.label.in(forest), x+in, w-in, h.say("report.sign.machine")), h.lines(h.label, x+in, w-in, s.Mark)...)
		for i := range seal {
			seal[i].areas = append(seal[i].areas, area{x, 0, bar, seal[i].high, forest})
		}
		seal = append([]strip{{high: h.em}}, seal...)
	}
	if h.screen {
		return [5][]strip{names, nil, nil, placed, seal}
	}
	line := func(room float64, above []strip, key string) []strip {
		blank := strip{high: max(0, room-high(above))}
		line := append(append([]strip{blank}, above...), rule(x, w, h.hair, ink))
		return append([]strip{stack(line)}, h.lines(h.label, x, w, h.say(key))...)
	}
	return [5][]strip{names, line(6*h.em, nil, "report.sign"), line(3*h.em, nil, "report.sign.name"), line(3*h.em, placed, "report.sign.place"), seal}
}

func where(lang string, s Signature) string {
	day := moment(lang, s.Signed)
	if s.Place != "" && day != "" {
		return s.Place + ", " + day
	}
	return s.Place + day
}
