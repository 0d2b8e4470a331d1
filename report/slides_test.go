package report

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"

	"istmo/fault"
)

func slide(t testing.TB, d Document, n int) image.Image {
	t.Helper()
	var out bytes.Buffer
	if err := d.Slide(&out, n); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	keep(t, fmt.Sprintf("slide-%s-%02d.png", d.Foot, n), out.Bytes())
	return picture
}

func deck() Document {
	d := pack(6)
	d.Foot = "deck"
	d.Sections[2].Table.Columns = d.Sections[2].Table.Columns[:6]
	for i := range d.Sections[2].Table.Rows {
		d.Sections[2].Table.Rows[i] = d.Sections[2].Table.Rows[i][:6]
	}
	return d
}

// TestSlidesStayInTheirMargins looks at the pictures themselves: beside the text
// there is nothing but the ground.
func TestSlidesStayInTheirMargins(t *testing.T) {
	for _, d := range []Document{deck(), plan(4)} {
		n, err := d.Slides()
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			picture := slide(t, d, i+1)
			if size := picture.Bounds().Size(); size != image.Pt(1920, 1080) {
				t.Fatalf("slide %d is %v", i+1, size)
			}
			ground := color.RGBAModel.Convert(picture.At(1900, 1060))
			if want := map[bool]color.RGBA{true: sea, false: sand}[i == 0]; ground != want {
				t.Errorf("the ground of slide %d is %v", i+1, ground)
			}
			for y := 120; y < 1080; y++ { // below the notice
				for _, x := range []int{20, 60, 100, 1815, 1850, 1900} {
					if at := color.RGBAModel.Convert(picture.At(x, y)); at != ground {
						t.Fatalf("slide %d: something stands at %d, %d", i+1, x, y)
					}
				}
			}
		}
	}
}

// TestWordsOnSlidesAreAsWideAsMeasured holds the widths that lines are broken
// by to those that letters take when they are drawn, pairs pulled together.
func TestWordsOnSlidesAreAsWideAsMeasured(t *testing.T) {
	pages, set, err := plan(6).shown()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		for _, words := range p.texts {
			f, err := opentype.NewFace(set[words.cut].outline, &opentype.FaceOptions{Size: words.size, DPI: 72, Hinting: font.HintingNone})
			if err != nil {
				t.Fatal(err)
			}
			got, most := float64(font.MeasureString(f, words.words))/64, set[words.cut].width(words.words, words.size)
			if got > most+2 || got < 0.93*most-2 {
				t.Errorf("%q is %.1f wide and was taken for %.1f", words.words, got, most)
			}
		}
	}
}

func TestSlidesCanBeReadFromTheBack(t *testing.T) {
	pages, _, err := deck().shown()
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pages {
		s := p.part.sheet
		for _, words := range p.texts {
			side := words.size == s.label.size || words.size == s.foot.size || words.size == 26 || words.size == s.head.size // what stands beside the text
			if least := map[bool]float64{true: 24, false: 36}[side || i == 0]; words.size < least {
				t.Errorf("slide %d: %q is %.0f pixels high", i+1, words.words, words.size)
			}
		}
	}
}

func TestThereIsNoSlideBeyondTheLast(t *testing.T) {
	d := deck()
	n, err := d.Slides()
	if err != nil || n < 5 {
		t.Fatal(n, err)
	}
	for _, i := range []int{-1, 0, n + 1} {
		var f *fault.Fault
		if err := d.Slide(io.Discard, i); !errors.As(err, &f) || f.Kind != fault.KindNotFound {
			t.Errorf("slide %d: %v", i, err)
		}
	}
}

// TestTheMarkIsDrawn looks for its line and its shores on the first slide.
func TestTheMarkIsDrawn(t *testing.T) {
	picture := slide(t, deck(), 1)
	found := map[color.RGBA]int{}
	for y := 100; y < 320; y++ {
		for x := 90; x < 240; x++ {
			found[color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)]++
		}
	}
	if found[gold] < 200 || found[sand] < 800 {
		t.Errorf("gold on %d points, sand on %d", found[gold], found[sand])
	}
}
