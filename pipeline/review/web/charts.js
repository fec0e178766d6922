"use strict";
// Bar charts, drawn by Vega-Lite as SVG. Its expressions are interpreted, never compiled: the page allows no eval.

vnplan.charts = (() => {
  const ink = "#1b1f24";
  const brand = "#1f4e79";
  const font = '"Segoe UI", "Noto Sans", "DejaVu Sans", Arial, sans-serif';
  const config = {
    font,
    view: { stroke: null },
    bar: { color: brand },
    // The chart is one image for assistive programs; its numbers stand in the table below it.
    aria: false,
    axis: { labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", gridColor: "#d0d7de" },
  };

  async function draw(place, title, spec) {
    await vnplan.library("vega.min.js");
    await Promise.all(["vega-lite.min.js", "vega-interpreter.min.js"].map(vnplan.library));
    const whole = { width: "container", autosize: { type: "fit-x", contains: "padding" }, config, ...spec };
    const runtime = vega.parse(vegaLite.compile(whole).spec, null, { ast: true });
    const view = new vega.View(runtime, { expr: vega.expressionInterpreter, renderer: "svg", container: place, hover: true });
    await view.runAsync();
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", title);
    place.querySelector("svg").setAttribute("aria-hidden", "true");
  }

  const values = (pairs) => ({ values: pairs.map(([key, count]) => ({ key, count })) });
  const counts = (name, grid) => ({ field: "count", type: "quantitative", title: name, axis: { tickMinStep: 1, format: "d", grid } });
  const tips = (head, name) => [{ field: "key", title: head }, { field: "count", title: name }];

  /** Standing bars, for what comes in an order: months. */
  const columns = (place, title, head, name, pairs) => draw(place, title, {
    data: values(pairs),
    height: 220,
    mark: { type: "bar", tooltip: true },
    encoding: {
      x: { field: "key", type: "ordinal", sort: null, title: head, axis: { labelAngle: -45, labelOverlap: "greedy" } },
      y: counts(name, true),
      tooltip: tips(head, name),
    },
  });

  /** Lying bars, for what has long names: provinces. */
  const bars = (place, title, head, name, pairs) => draw(place, title, {
    data: values(pairs),
    height: { step: 22 },
    mark: { type: "bar", tooltip: true },
    encoding: {
      y: { field: "key", type: "ordinal", sort: null, title: null, axis: { labelLimit: 220 } },
      x: counts(name, true),
      tooltip: tips(head, name),
    },
  });

  return { columns, bars };
})();
