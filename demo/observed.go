package demo

import (
	"istmo/observatory/places"
	"istmo/screening/coverage"
)

// observed says what the observatory shows beside the public figures that the
// project holds: who passed this month and what makes places dangerous. All of it
// is invented.
func (w *world) observed() error {
	now := w.nodes["PA"].DB.Now()
	_, err := do(w, "PA", "vera", coverage.RecordFlow{Post: coverage.Country, Month: now.Format("2006-01"), Passed: 140, Source: "Parte mensual inventado", Dated: now})
	if err != nil {
		return err
	}
	for _, risk := range []struct {
		node, who string
		places.About
	}{
		{"PA", "olga", places.About{Place: "pa-bajo-chiquito", Kind: "illegal-economy", Words: "Cobros por cruzar el río (inventado)"}},
		{"PA", "olga", places.About{Place: "pa-meteti", Kind: "road-closed", Words: "La vía se inunda (inventado)"}},
		{"CO", "pablo", places.About{Place: "co-capurgana", Kind: "armed-group", Words: "Un grupo controla quién sube a las lanchas (inventado)"}},
		{"CO", "pablo", places.About{Place: "co-necocli", Kind: "organised-crime", Words: "Venta de paquetes de viaje con deuda (inventado)"}},
	} {
		risk.Since, risk.Source, risk.Dated = now.AddDate(0, -1, 0), "Informe inventado", now
		if _, err := do(w, risk.node, risk.who, places.ReportFactor{About: risk.About}); err != nil {
			return err
		}
	}
	return nil
}
