// What is still to be done of a screening, by the rows that the settings bring:
// the same as screening/duties.go.

// due lists the keys of the duties that stand. values are texts or lists.
export function due(duties, values, { child, final }) {
  const words = (field) => (field === "child" ? [child ? "yes" : "no"] : [values[field] ?? []].flat());
  const has = (rows) => Object.entries(rows ?? {});
  return (duties ?? [])
    .filter((d) => !(d.until === "final" && final))
    .filter((d) => has(d.if).every(([field, any]) => words(field).some((w) => any.includes(w))))
    .filter((d) => !has(d.unless).some(([field, any]) => words(field).some((w) => any.includes(w))))
    .map((d) => d.duty);
}

// isChild reports whether somebody is treated as a child: under 18, or an age in
// doubt.
export const isChild = (values) => values.age_in_doubt === "yes" || ["0-8", "9-17"].includes(values.age_band);
