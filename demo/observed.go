package demo

import (
	"time"

	"istmo/observatory/places"
	"istmo/screening/coverage"
)

// observed says what the observatory shows beside the public figures that the
// project holds: how many passed this month, and what institutions say of places.
// All of it is invented.
func (w *world) observed() error {
	now := w.nodes["PA"].DB.Now()
	day := func(ago int) time.Time { return now.AddDate(0, 0, -ago).Truncate(24 * time.Hour) }
	_, err := do(w, "PA", "vera", coverage.RecordFlow{Post: coverage.Country, Month: now.Format("2006-01"), Passed: 140, Source: "Parte mensual (ficticio)", Dated: now})
	if err != nil {
		return err
	}
	for _, risk := range []struct {
		node, who string
		places.About
	}{
		{"PA", "luz", places.About{Place: "pa-bajo-chiquito", Kind: "organised-crime", Since: day(60), Words: "Cobros por dejar pasar en el río (inventado)", Source: "Misión de observación (ficticia)", Dated: day(9)}},
		{"PA", "luz", places.About{Place: "co-acandi", Kind: "armed-group", Since: day(300), Words: "Control de los caminos hacia la frontera (inventado)", Source: "Alerta temprana (ficticia)", Dated: day(140)}},
		{"PA", "luz", places.About{Place: "co-turbo", Kind: "illegal-economy", Since: day(80), Words: "Venta de cupos en lanchas (inventado)", Source: "Informe del puerto (ficticio)", Dated: day(20)}},
		{"PA", "luz", places.About{Municipality: "Yaviza", Country: "PA", Kind: "road-closed", Since: day(12), Words: "La carretera está cortada por una crecida (inventado)", Source: "Protección civil (ficticia)", Dated: day(11)}},
		{"CO", "pablo", places.About{Place: "co-necocli", Kind: "organised-crime", Since: day(30), Words: "Venta de paquetes de viaje con deuda (inventado)", Source: "Informe del municipio (ficticio)", Dated: day(4)}},
	} {
		if _, err := do(w, risk.node, risk.who, places.ReportFactor{About: risk.About}); err != nil {
			return err
		}
	}
	return nil
}
