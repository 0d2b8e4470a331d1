package report

import "image/color"

// The mark of web/assets/mark.svg: the side of its square, the radius of its
// corners, how thick its lines are, and their paths as cubic curves.
const markSize, markRound, markLine = 36, 8, 3

type stroke struct {
	tone color.RGBA
	path [4][2]float64
}

var strokes = [...]stroke{
	{sand, [4][2]float64{{8, 7}, {14.5, 13}, {14.5, 23}, {8, 29}}},
	{sand, [4][2]float64{{28, 7}, {21.5, 13}, {21.5, 23}, {28, 29}}},
	{gold, [4][2]float64{{13.5, 18}, {16.5, 18}, {19.5, 18}, {22.5, 18}}},
}
