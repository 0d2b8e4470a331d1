package demo

import (
	"time"

	"istmo/observatory/places"
)

// risks are what institutions say of places. All of it is invented.
func (w *world) risks() error {
	now := w.nodes["PA"].DB.Now()
	day := func(ago int) time.Time { return now.AddDate(0, 0, -ago).Truncate(24 * time.Hour) }
	for _, a := range []places.About{
		{Place: "pa-bajo-chiquito", Kind: "organised-crime", Since: day(60), Words: "Cobros por dejar pasar en el río (inventado)", Source: "Misión de observación (ficticia)", Dated: day(9)},
		{Place: "co-acandi", Kind: "armed-group", Since: day(300), Words: "Control de los caminos hacia la frontera (inventado)", Source: "Alerta temprana (ficticia)", Dated: day(140)},
		{Place: "co-turbo", Kind: "illegal-economy", Since: day(80), Words: "Venta de cupos en lanchas (inventado)", Source: "Informe del puerto (ficticio)", Dated: day(20)},
		{Municipality: "Yaviza", Country: "PA", Kind: "road-closed", Since: day(12), Words: "La carretera está cortada por una crecida (inventado)", Source: "Protección civil (ficticia)", Dated: day(11)},
	} {
		if _, err := do(w, "PA", "luz", places.ReportFactor{About: a}); err != nil {
			return err
		}
	}
	return nil
}
